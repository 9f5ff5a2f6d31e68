import { Button, buttonClass, Spinner } from "@stoa/ui";
import { CalendarX, LinkIcon, RotateCw, SearchX, Unplug } from "lucide-react";
import { lazy, Suspense, useEffect, useState } from "react";
import { Frame } from "../Frame.tsx";
import { Notice } from "../Notice.tsx";
import { useMeetText } from "../text.ts";
import { Entrance } from "./Entrance.tsx";
import { NotYet } from "./NotYet.tsx";
import { Over, type OverReason } from "./Over.tsx";
import { logoUrlOf, type Ticket } from "./types.ts";
import type { Loaded } from "./useInvitation.ts";

const loadMeeting = () => import("../meeting/MeetingPage.tsx");
const MeetingPage = lazy(loadMeeting);

/** From the link to the meeting and out of it again. */
export function JoinPage({ code, loaded }: { code: string; loaded: Loaded }) {
  const text = useMeetText();
  const [ticket, setTicket] = useState<Ticket | null>(null);
  const [over, setOver] = useState<OverReason | null>(null);
  useMediaCodeAhead(loaded);
  useTitle(loaded);
  if (ticket && !over) {
    return (
      <Suspense fallback={<Entering />}>
        <MeetingPage
          ticket={ticket}
          tenant={loaded.state === "loaded" ? tenantOf(loaded) : null}
          onOver={(reason) => {
            setOver(reason);
            setTicket(null);
          }}
        />
      </Suspense>
    );
  }
  const tenant = loaded.state === "loaded" ? tenantOf(loaded) : undefined;
  return (
    <Frame tenant={tenant}>
      {over ? <Over reason={over} consoleUrl={consoleUrlOf(loaded)} onAgain={() => setOver(null)} /> : <Content code={code} loaded={loaded} onTicket={setTicket} text={text} />}
    </Frame>
  );
}

type ContentProps = { code: string; loaded: Loaded; onTicket: (ticket: Ticket) => void; text: ReturnType<typeof useMeetText> };

function Content({ code, loaded, onTicket, text }: ContentProps) {
  switch (loaded.state) {
    case "loading":
      return (
        <div className="meet-waiting">
          <Spinner label={text("loading")} size={28} />
        </div>
      );
    case "unknown":
      return (
        <Notice icon={SearchX} title={text("unknownTitle")} action={<OtherMeeting />}>
          {text("unknownLead")}
        </Notice>
      );
    case "trouble":
      return (
        <Notice
          icon={Unplug}
          title={text("troubleTitle")}
          action={
            <Button tone="primary" size="lg" icon={RotateCw} onClick={loaded.reload}>
              {text("again")}
            </Button>
          }
        >
          {text("unreachable")}
        </Notice>
      );
    case "loaded":
      return <Invited code={code} loaded={loaded} onTicket={onTicket} text={text} />;
  }
}

function Invited({ code, loaded, onTicket, text }: ContentProps & { loaded: Extract<Loaded, { state: "loaded" }> }) {
  const { invitation } = loaded;
  const { title } = invitation.room;
  switch (invitation.state) {
    case "open":
      return <Entrance code={code} invitation={invitation} onTicket={onTicket} onStale={loaded.reload} />;
    case "not_yet":
      return <NotYet code={code} invitation={invitation} />;
    case "ended":
      return (
        <Notice icon={CalendarX} title={text("endedTitle")} subtitle={title} action={<OtherMeeting />}>
          {text("endedLead")}
        </Notice>
      );
    case "expired":
      return (
        <Notice icon={LinkIcon} title={text("expiredTitle")} subtitle={title} action={<OtherMeeting />}>
          {text("expiredLead")}
        </Notice>
      );
    case "revoked":
      return (
        <Notice icon={LinkIcon} title={text("revokedTitle")} subtitle={title} action={<OtherMeeting />}>
          {text("revokedLead")}
        </Notice>
      );
  }
}

function OtherMeeting() {
  const text = useMeetText();
  return (
    <a className={buttonClass({ tone: "neutral", size: "lg" })} href="/">
      {text("otherMeeting")}
    </a>
  );
}

function Entering() {
  const text = useMeetText();
  return (
    <div className="meet-entering" data-theme="dark">
      <Spinner label={text("entering")} size={32} />
      <p>{text("entering")}</p>
    </div>
  );
}

/** The media code comes while the person reads, so that joining does not wait for it. */
function useMediaCodeAhead(loaded: Loaded): void {
  const isOpen = loaded.state === "loaded" && (loaded.invitation.state === "open" || loaded.invitation.state === "not_yet");
  useEffect(() => {
    // Failing here is no failure: it is loaded again when it is needed.
    if (isOpen) loadMeeting().catch(() => undefined);
  }, [isOpen]);
}

function useTitle(loaded: Loaded): void {
  const title = loaded.state === "loaded" ? loaded.invitation.room.title : null;
  useEffect(() => {
    document.title = title ? `${title} · Stoa` : "Stoa";
  }, [title]);
}

const consoleUrlOf = (loaded: Loaded): string | null =>
  loaded.state === "loaded" && loaded.invitation.signed_in ? `/console/rooms/${encodeURIComponent(loaded.invitation.room.id)}` : null;

const tenantOf = ({ invitation: { tenant } }: Extract<Loaded, { state: "loaded" }>) => ({
  name: tenant.name,
  logoUrl: logoUrlOf(tenant.brand),
});
