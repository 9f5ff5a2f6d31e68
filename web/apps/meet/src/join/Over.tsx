import type { CloseReason } from "@stoa/sdk";
import { Button, buttonClass } from "@stoa/ui";
import { CalendarCheck, DoorOpen, MonitorSmartphone, RotateCw, ShieldX, Unplug } from "lucide-react";
import { Notice } from "../Notice.tsx";
import { useMeetText } from "../text.ts";

export type OverReason = CloseReason;

type Props = {
  reason: OverReason;
  /** For those with an account: where the console has the room. */
  consoleUrl: string | null;
  onAgain: () => void;
};

/** After the meeting: what happened, and the way back where there is one. */
export function Over({ reason, consoleUrl, onAgain }: Props) {
  const text = useMeetText();
  const again = (
    <Button tone="primary" size="lg" icon={RotateCw} onClick={onAgain}>
      {text("rejoin")}
    </Button>
  );
  const home = (
    <a className={buttonClass({ tone: "quiet", size: "lg" })} href={consoleUrl ?? "/"}>
      {text(consoleUrl ? "toConsole" : "otherMeeting")}
    </a>
  );
  const both = (
    <>
      {again}
      {home}
    </>
  );
  switch (reason) {
    case "left":
      return <Notice icon={DoorOpen} title={text("leftTitle")} action={both} />;
    case "removed":
      return (
        <Notice icon={ShieldX} title={text("removedTitle")} action={both}>
          {text("removedLead")}
        </Notice>
      );
    case "room_ended":
      return (
        <Notice icon={CalendarCheck} title={text("overTitle")} action={home}>
          {text(consoleUrl ? "overLeadStaff" : "overLead")}
        </Notice>
      );
    case "duplicate_identity":
      return (
        <Notice icon={MonitorSmartphone} title={text("elsewhereTitle")} action={both}>
          {text("elsewhereLead")}
        </Notice>
      );
    case "join_refused":
      return (
        <Notice icon={ShieldX} title={text("refusedTitle")} action={both}>
          {text("refusedLead")}
        </Notice>
      );
    case "server_shutdown":
    case "connection_lost":
      return (
        <Notice icon={Unplug} title={text("lostTitle")} action={both}>
          {text("lostLead")}
        </Notice>
      );
  }
}
