import type { ScheduledRoom } from "@stoa/sdk/api";
import { Avatar, Badge, Card, ListItem, useFormat } from "@stoa/ui";
import { useLive } from "../data/rooms.ts";
import { Loaded } from "../shell/Loaded.tsx";
import { useText } from "../text/index.ts";
import { useNow } from "../time/useNow.ts";
import { WaitingList } from "./WaitingList.tsx";

/** Who is inside at this moment. */
export function LiveCard({ room }: { room: ScheduledRoom }) {
  const t = useText();
  const format = useFormat();
  const now = useNow();
  const live = useLive(room.id);
  return (
    <Card title={t("live.title")} description={live.data?.started_at ? t("live.since", { time: format.ago(live.data.started_at, now) }) : undefined}>
      <Loaded query={live} lines={2}>
        {({ people, audience, waiting }) => (
          <>
            <WaitingList room={room} waiting={waiting} now={now} />
            <ul role="list" className="plain-list">
              {people.map((person) => (
                <ListItem
                  key={person.identity}
                  lead={<Avatar name={person.name} seed={person.identity} size={28} />}
                  title={person.name}
                  end={<Badge>{t(`role.${person.role}`)}</Badge>}
                />
              ))}
            </ul>
            {audience > 0 && <p className="muted">{t("live.audience", { count: audience })}</p>}
          </>
        )}
      </Loaded>
    </Card>
  );
}
