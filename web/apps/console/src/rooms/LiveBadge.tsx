import type { ScheduledRoom } from "@stoa/sdk/api";
import { Badge } from "@stoa/ui";
import { useText } from "../text/index.ts";

/** That a room is open, and how many are inside. It stays open for a while after the last has gone. */
export function LiveBadge({ room }: { room: ScheduledRoom }) {
  const t = useText();
  const { people } = room.live;
  return (
    <Badge tone={people > 0 ? "success" : "neutral"} dot>
      {people > 0 ? t("room.liveWith", { count: people }) : t("room.liveEmpty")}
    </Badge>
  );
}
