import type { Invitation } from "@stoa/sdk/api";
import { Button } from "@stoa/ui";
import { CalendarPlus, Clock } from "lucide-react";
import { useEffect, useState } from "react";
import { Notice } from "../Notice.tsx";
import { useMeetText } from "../text.ts";
import { saveCalendar } from "./calendar.ts";
import { About } from "./About.tsx";

/** Before the doors open: how long, and a way to remember. */
export function NotYet({ code, invitation }: { code: string; invitation: Invitation }) {
  const text = useMeetText();
  const { starts_at: startsAt } = invitation.room;
  return (
    <Notice
      icon={Clock}
      title={text("notYetTitle")}
      action={
        startsAt && (
          <Button size="lg" icon={CalendarPlus} onClick={() => saveCalendar(invitation, `${location.origin}/j/${code}`)}>
            {text("addToCalendar")}
          </Button>
        )
      }
    >
      <About invitation={invitation} asTitle={false} />
      {invitation.opens_at && <Countdown until={new Date(invitation.opens_at).getTime()} />}
      <p className="meet-note">{text("stayHere")}</p>
    </Notice>
  );
}

function Countdown({ until }: { until: number }) {
  const text = useMeetText();
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  const left = Math.max(0, Math.ceil((until - now) / 1000));
  const days = Math.floor(left / 86_400);
  const hours = Math.floor((left % 86_400) / 3600);
  const minutes = Math.floor((left % 3600) / 60);
  const parts =
    days > 0
      ? [text("days", { count: days }), text("hours", { count: hours })]
      : hours > 0
        ? [text("hours", { count: hours }), text("minutes", { count: minutes })]
        : [text("minutes", { count: minutes }), text("seconds", { count: left % 60 })];
  return (
    <p className="meet-countdown" role="timer">
      <span>{text("opensIn")}</span>
      <strong>{parts.join(" ")}</strong>
    </p>
  );
}
