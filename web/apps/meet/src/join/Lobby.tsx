import type { Invitation } from "@stoa/sdk/api";
import { Button, Spinner } from "@stoa/ui";
import { DoorClosed, RotateCw, ShieldX } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { api } from "../api.ts";
import { Notice } from "../Notice.tsx";
import { useMeetText } from "../text.ts";
import { Inside } from "./Inside.tsx";
import { useEnteringProblem } from "./problem.ts";

export type LobbyEnd = "admitted" | "gave_up" | "closed";

type Props = { code: string; ticket: string; invitation: Invitation; onEnd: (how: LobbyEnd) => Promise<void> };

/** After a lost answer the next try waits so long. */
const RETRY_MS = 3_000;

/** Waiting to be admitted. */
export function Lobby({ code, ticket, invitation, onEnd }: Props) {
  const text = useMeetText();
  const { denied, problem } = useDecision({ code, ticket, onEnd });
  if (denied) {
    return (
      <Notice
        icon={ShieldX}
        title={text("deniedTitle")}
        subtitle={invitation.room.title}
        action={
          <Button size="lg" icon={RotateCw} onClick={() => void onEnd("gave_up")}>
            {text("askAgain")}
          </Button>
        }
      >
        {text("deniedLead")}
      </Notice>
    );
  }
  return (
    <Notice
      icon={DoorClosed}
      title={text("waitingTitle")}
      subtitle={invitation.room.title}
      action={
        <Button tone="quiet" size="lg" onClick={() => void onEnd("gave_up")}>
          {text("cancelWait")}
        </Button>
      }
    >
      <p>{text("waitingLead")}</p>
      <Waited />
      <Inside invitation={invitation} />
      {problem && (
        <p role="alert" className="meet-problem">
          {problem}
        </p>
      )}
    </Notice>
  );
}

/** Follows the decision by long polls until it has fallen. */
function useDecision({ code, ticket, onEnd }: Omit<Props, "invitation">) {
  const sentence = useEnteringProblem();
  const [denied, setDenied] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const latest = useRef({ onEnd, sentence });
  useEffect(() => {
    latest.current = { onEnd, sentence };
  });
  useEffect(() => {
    const abort = new AbortController();
    const { signal } = abort;
    const follow = async () => {
      while (!signal.aborted) {
        try {
          const decision = await api.join.decided(code, ticket, { signal });
          if (signal.aborted) return;
          if (decision === "denied") return setDenied(true);
          return await latest.current.onEnd(decision);
        } catch (error) {
          if (signal.aborted) return;
          setProblem(latest.current.sentence(error));
          await new Promise((done) => setTimeout(done, RETRY_MS));
        }
      }
    };
    void follow();
    return () => abort.abort();
  }, [code, ticket]);
  return { denied, problem };
}

function Waited() {
  const text = useMeetText();
  const [began] = useState(Date.now);
  const [now, setNow] = useState(began);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  const seconds = Math.max(0, Math.floor((now - began) / 1000));
  const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  return (
    <p className="meet-waited">
      <Spinner label={text("loading")} /> <span aria-hidden>{text("waitingFor", { time })}</span>
    </p>
  );
}
