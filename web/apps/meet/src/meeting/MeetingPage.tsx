import { type CloseReason, RefusalError, Stoa, type StoaRoom } from "@stoa/sdk";
import { Spinner } from "@stoa/ui";
import { rememberedChoices } from "@stoa/ui/prejoin";
import { Meeting, type MeetingSession, meetingOf } from "@stoa/ui/room";
import { useEffect, useRef, useState } from "react";
import type { OverReason } from "../join/Over.tsx";
import type { Ticket } from "../join/types.ts";
import { Logo } from "../Logo.tsx";
import { useMeetText } from "../text.ts";
import { switchOn } from "./devices.ts";

type Props = {
  ticket: Ticket;
  tenant: { readonly name: string; readonly logoUrl: string | null } | null;
  onOver: (reason: OverReason) => void;
};

/** Enters with the ticket, and stays until it is over. The one file that brings in the media code. */
export default function MeetingPage({ ticket, tenant, onOver }: Props) {
  const text = useMeetText();
  const session = useMeeting(ticket, onOver);
  if (!session) {
    return (
      <div className="meet-entering" data-theme="dark">
        <Spinner label={text("entering")} size={32} />
        <p>{text("entering")}</p>
      </div>
    );
  }
  const brand = tenant && <Logo tenant={tenant} />;
  return <Meeting session={session} brand={brand} onLeave={() => void session.stoa.leave()} />;
}

function useMeeting(ticket: Ticket, onOver: Props["onOver"]): MeetingSession | null {
  const [session, setSession] = useState<MeetingSession | null>(null);
  const over = useRef(onOver);
  useEffect(() => {
    over.current = onOver;
  });
  useEffect(() => {
    let gone = false;
    let entered: StoaRoom | null = null;
    const { speaker_id } = rememberedChoices();
    // The server puts its own address into the ticket; a page behind a proxy knows the way better.
    const url = location.origin.replace(/^http/, "ws");
    const options = { url, token: ticket.token, ...(speaker_id && { room: { audioOutput: { deviceId: speaker_id } } }) };
    Stoa.join(options).then(
      (stoa) => {
        if (gone) return void stoa.leave();
        entered = stoa;
        stoa.status.subscribe(() => {
          const { phase, reason } = stoa.status.getSnapshot();
          if (phase === "closed" && !gone) over.current(reason ?? "connection_lost");
        });
        setSession(meetingOf(stoa, { token: ticket.token, inviteUrl: `${location.origin}/j/${ticket.code}` }));
        void switchOn(stoa, ticket);
      },
      (error: unknown) => !gone && over.current(reasonOf(error)),
    );
    return () => {
      gone = true;
      void entered?.leave();
    };
  }, [ticket]);
  return session;
}

const reasonOf = (error: unknown): CloseReason => (error instanceof RefusalError ? "join_refused" : "connection_lost");
