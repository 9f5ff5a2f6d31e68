import { Badge, EmptyState, List, ListItem, useFormat } from "@stoa/ui";
import { ChevronRight, DoorOpen } from "lucide-react";
import { Link } from "wouter";
import { useAllRooms } from "../data/rooms.ts";
import { KindMark } from "../rooms/KindMark.tsx";
import { Loaded } from "../shell/Loaded.tsx";
import { More } from "../shell/More.tsx";
import { useText } from "../text/index.ts";

/** Every room that was ever made, whether or not anybody met in it. */
export function AllRooms() {
  const t = useText();
  const format = useFormat();
  const rooms = useAllRooms();
  return (
    <Loaded query={rooms}>
      {({ pages }) => {
        const all = pages.flatMap((page) => page.items);
        if (all.length === 0) {
          return (
            <div className="frame">
              <EmptyState icon={DoorOpen} title={t("history.noRooms")}>
                {t("history.noRoomsText")}
              </EmptyState>
            </div>
          );
        }
        return (
          <>
            <List label={t("history.rooms")}>
              {all.map((room) => (
                <ListItem
                  key={room.id}
                  lead={<KindMark kind={room.kind} isLive={room.live.open} />}
                  title={
                    <>
                      <Link href={`/rooms/${room.id}`} className="row-link">
                        {room.title}
                      </Link>
                      {room.state === "ended" && <Badge>{t("room.ended")}</Badge>}
                      {room.state === "cancelled" && <Badge tone="warning">{t("room.cancelled")}</Badge>}
                    </>
                  }
                  detail={t("history.createdAt", { kind: t(`kind.${room.kind}`), time: format.dateTime(room.created_at) })}
                  end={<ChevronRight aria-hidden size={16} className="muted" />}
                />
              ))}
            </List>
            <More query={rooms} />
          </>
        );
      }}
    </Loaded>
  );
}
