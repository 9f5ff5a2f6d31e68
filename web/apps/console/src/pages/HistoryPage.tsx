import { Badge, EmptyState, List, ListItem, useFormat } from "@stoa/ui";
import { ChevronRight, History } from "lucide-react";
import { Link } from "wouter";
import { useAllRooms } from "../data/rooms.ts";
import { KindMark } from "../rooms/KindMark.tsx";
import { Loaded } from "../shell/Loaded.tsx";
import { More } from "../shell/More.tsx";
import { Page } from "../shell/Page.tsx";
import { useText } from "../text/index.ts";

export default function HistoryPage() {
  const t = useText();
  const format = useFormat();
  const rooms = useAllRooms();
  return (
    <Page title={t("nav.history")} intro={t("history.intro")}>
      <Loaded query={rooms}>
        {({ pages }) => {
          const all = pages.flatMap((page) => page.items);
          if (all.length === 0) {
            return (
              <div className="frame">
                <EmptyState icon={History} title={t("history.empty")}>
                  {t("history.emptyText")}
                </EmptyState>
              </div>
            );
          }
          return (
            <>
              <List label={t("nav.history")}>
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
    </Page>
  );
}
