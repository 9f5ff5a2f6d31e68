import type { ScheduledRoom } from "@stoa/sdk/api";
import { Card, ListItem, useFormat } from "@stoa/ui";
import { Link } from "wouter";
import { useSessions } from "../data/rooms.ts";
import { Loaded } from "../shell/Loaded.tsx";
import { useText } from "../text/index.ts";

const MINUTE_MS = 60_000;

/** Each time that people met here. */
export function SessionsCard({ room }: { room: ScheduledRoom }) {
  const t = useText();
  const format = useFormat();
  const sessions = useSessions(room.id);
  return (
    <Card title={t("history.sessions")}>
      <Loaded query={sessions} lines={2}>
        {(all) =>
          all.length === 0 ? (
            <p className="muted">{t("history.noSessions")}</p>
          ) : (
            <ul role="list" className="plain-list">
              {all.map((session) => (
                <ListItem
                  key={session.id}
                  title={<Link href={`/history/${session.id}`}>{format.dateTime(session.started_at)}</Link>}
                  detail={
                    session.ended_at
                      ? format.minutes(Math.max(1, (Date.parse(session.ended_at) - Date.parse(session.started_at)) / MINUTE_MS))
                      : t("history.goesOn")
                  }
                />
              ))}
            </ul>
          )
        }
      </Loaded>
    </Card>
  );
}
