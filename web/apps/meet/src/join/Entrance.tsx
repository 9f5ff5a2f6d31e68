import type { Invitation } from "@stoa/sdk/api";
import { deviceId, rememberedChoices } from "@stoa/ui/prejoin";
import { useState } from "react";
import { api } from "../api.ts";
import { Lobby, type LobbyEnd } from "./Lobby.tsx";
import type { Ticket } from "./types.ts";
import { type Entering, Welcome } from "./Welcome.tsx";

type Props = { code: string; invitation: Invitation; onTicket: (ticket: Ticket) => void; onStale: () => void };

/** Asks to be let in, and waits in the lobby where there is one. */
export function Entrance({ code, invitation, onTicket, onStale }: Props) {
  const [waiting, setWaiting] = useState<{ ticket: string; entering: Entering } | null>(null);

  const knock = async (entering: Entering, ticket?: string): Promise<void> => {
    const { name, passcode, microphoneOn, cameraOn } = entering;
    const answer = await api.join.knock(code, {
      name,
      device_id: deviceId(),
      ...(passcode && { passcode }),
      ...(ticket && { ticket }),
    });
    if (answer.state === "waiting") return setWaiting({ ticket: answer.ticket, entering });
    onTicket({ code, url: answer.url, token: answer.token, microphoneOn, cameraOn });
  };

  if (waiting) {
    const end = (how: LobbyEnd) => {
      if (how === "admitted") return knock(waiting.entering, waiting.ticket);
      setWaiting(null);
      if (how === "closed") onStale();
      return Promise.resolve();
    };
    return <Lobby code={code} ticket={waiting.ticket} invitation={invitation} onEnd={end} />;
  }
  return <Welcome invitation={invitation} firstName={invitation.person_name ?? invitation.signed_in?.name ?? rememberedChoices().name} onEnter={knock} />;
}
