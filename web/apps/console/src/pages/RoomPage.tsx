import type { ScheduledRoom } from "@stoa/sdk/api";
import { Badge, buttonClass, CopyButton } from "@stoa/ui";
import { LogIn } from "lucide-react";
import { useRoom } from "../data/rooms.ts";
import { AgendaCard } from "../rooms/AgendaCard.tsx";
import { DocumentsCard } from "../rooms/DocumentsCard.tsx";
import { FilesCard } from "../rooms/FilesCard.tsx";
import { LinksCard } from "../rooms/LinksCard.tsx";
import { LiveBadge } from "../rooms/LiveBadge.tsx";
import { LiveCard } from "../rooms/LiveCard.tsx";
import { RoomMenu } from "../rooms/RoomMenu.tsx";
import { RoomSettingsCard } from "../rooms/RoomSettingsCard.tsx";
import { SessionsCard } from "../rooms/SessionsCard.tsx";
import { WhenCard } from "../rooms/WhenCard.tsx";
import { Loaded } from "../shell/Loaded.tsx";
import { Page } from "../shell/Page.tsx";
import { useText } from "../text/index.ts";

export default function RoomPage({ id }: { id: string }) {
  const t = useText();
  const room = useRoom(id);
  const back = { href: "/", label: t("nav.home") };
  if (!room.data) {
    return (
      <Page title={t("room.heading")} back={back}>
        <Loaded query={room} lines={6}>
          {() => null}
        </Loaded>
      </Page>
    );
  }
  return <Room room={room.data} back={back} />;
}

function Room({ room, back }: { room: ScheduledRoom; back: { href: string; label: string } }) {
  const t = useText();
  const isActive = room.state === "active";
  return (
    <Page
      title={room.title}
      intro={room.host ? t("room.kindAndHost", { kind: t(`kind.${room.kind}`), host: room.host.name }) : t(`kind.${room.kind}`)}
      back={back}
      badge={<StateBadge room={room} />}
      actions={
        <>
          {isActive && room.link && (
            <>
              <CopyButton text={room.link.url} label={t("room.copyLink")} />
              <a href={room.link.url} className={buttonClass({ tone: "primary" })}>
                <LogIn aria-hidden size={16} />
                {t("room.enter")}
              </a>
            </>
          )}
          <RoomMenu room={room} />
        </>
      }
    >
      <div className="columns">
        <div className="stack-wide">
          {isActive && <LinksCard room={room} />}
          <AgendaCard room={room} />
          <DocumentsCard room={room} />
          <FilesCard room={room} />
          <SessionsCard room={room} />
        </div>
        <div className="stack-wide">
          <WhenCard room={room} />
          {room.live.open && <LiveCard room={room} />}
          {isActive && <RoomSettingsCard room={room} />}
        </div>
      </div>
    </Page>
  );
}

function StateBadge({ room }: { room: ScheduledRoom }) {
  const t = useText();
  if (room.live.open) return <LiveBadge room={room} />;
  if (room.state === "ended") return <Badge>{t("room.ended")}</Badge>;
  if (room.state === "cancelled") return <Badge tone="warning">{t("room.cancelled")}</Badge>;
  return null;
}
