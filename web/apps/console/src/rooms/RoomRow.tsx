import type { ScheduledRoom } from "@stoa/sdk/api";
import { Badge, buttonClass, classes, CopyButton, ListItem, useFormat } from "@stoa/ui";
import { Link } from "wouter";
import { useText } from "../text/index.ts";
import { KindMark } from "./KindMark.tsx";
import { LiveBadge } from "./LiveBadge.tsx";

type Props = { room: ScheduledRoom; when?: { starts_at: string; ends_at: string } | null; now: Date; showDay?: boolean };

/** A room in a list: when, what, and the way in. */
export function RoomRow({ room, when = room.next_occurrence, now, showDay = false }: Props) {
  const t = useText();
  const format = useFormat();
  const kind = t(`kind.${room.kind}`);
  const minutes = when ? (Date.parse(when.starts_at) - now.getTime()) / 60_000 : null;
  const isSoon = minutes !== null && minutes > 0 && minutes <= 15;
  return (
    <ListItem
      lead={
        when ? (
          <time className={classes("room-time", showDay && "room-time-with-day")} dateTime={when.starts_at}>
            <span>{showDay ? format.shortDay(when.starts_at) : format.time(when.starts_at)}</span>
            <span className="room-time-end">{format.time(showDay ? when.starts_at : when.ends_at)}</span>
          </time>
        ) : (
          <KindMark kind={room.kind} isLive={room.live.open} />
        )
      }
      title={
        <>
          <Link href={`/rooms/${room.id}`} className="row-link">
            {room.title}
          </Link>
          {room.live.open && <LiveBadge room={room} />}
          {isSoon && !room.live.open && <Badge tone="accent">{format.ago(when?.starts_at ?? "", now)}</Badge>}
        </>
      }
      detail={<span className="truncate">{room.host ? t("room.kindAndHost", { kind, host: room.host.name }) : kind}</span>}
      end={
        room.link && (
          <>
          <span className="ui-wide-only">
            <CopyButton text={room.link.url} label={t("room.copyLink")} tone="quiet" size="sm" />
          </span>
          <a className={buttonClass({ size: "sm", tone: room.live.open || isSoon ? "primary" : "neutral" })} href={room.link.url} aria-label={t("room.enterNamed", { title: room.title })}>
            {t("room.enter")}
          </a>
          </>
        )
      }
    />
  );
}
