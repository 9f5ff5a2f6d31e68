import type { ScheduledRoom } from "@stoa/sdk/api";
import { buttonClass, CopyButton, ShareButton } from "@stoa/ui";
import { LogIn } from "lucide-react";
import { Link } from "wouter";
import { useText } from "../text/index.ts";
import { KindMark } from "./KindMark.tsx";

/** A room just made: its link, and the way in. */
export function ReadyRoom({ room }: { room: ScheduledRoom }) {
  const t = useText();
  return (
    <div className="stack">
      <div className="ready-room">
        <KindMark kind={room.kind} isLive />
        <div>
          <p className="ready-room-title">{room.title}</p>
          <p className="muted small">{t(`kind.${room.kind}`)}</p>
        </div>
      </div>
      {room.link && (
        <div className="copyable">
          <code>{room.link.url}</code>
          <CopyButton text={room.link.url} label={t("room.copyLink")} />
        </div>
      )}
      <div className="ui-actions ready-room-actions">
        {room.link && (
          <a href={room.link.url} className={buttonClass({ tone: "primary" })}>
            <LogIn aria-hidden size={16} />
            {t("room.enterNow")}
          </a>
        )}
        {room.link && <ShareButton title={room.title} url={room.link.url} />}
        <Link href={`/rooms/${room.id}`} className={buttonClass()}>
          {t("room.details")}
        </Link>
      </div>
    </div>
  );
}
