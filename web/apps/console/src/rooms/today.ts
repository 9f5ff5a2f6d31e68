import type { ScheduledRoom } from "@stoa/sdk/api";
import { dayOf } from "../time/zones.ts";

export type Today = {
  /** Somebody is inside. */
  live: ScheduledRoom[];
  /** Begins, or has begun, today by the clocks of `zone`. */
  today: ScheduledRoom[];
  /** Without a time: may be entered whenever one likes. */
  open: ScheduledRoom[];
  /** In the six days after today. */
  soon: ScheduledRoom[];
};

const WEEK_MS = 7 * 24 * 3_600_000;

export function sortToday(rooms: readonly ScheduledRoom[], now: Date, zone: string): Today {
  const sorted: Today = { live: [], today: [], open: [], soon: [] };
  const today = dayOf(now, zone);
  for (const room of rooms) {
    const next = room.next_occurrence;
    if (room.live.open) sorted.live.push(room);
    else if (!room.schedule) sorted.open.push(room);
    else if (next && Date.parse(next.ends_at) > now.getTime()) {
      if (dayOf(new Date(next.starts_at), zone) <= today) sorted.today.push(room);
      else if (Date.parse(next.starts_at) - now.getTime() < WEEK_MS) sorted.soon.push(room);
    }
  }
  const start = (room: ScheduledRoom) => room.next_occurrence?.starts_at ?? room.created_at;
  for (const list of [sorted.live, sorted.today, sorted.soon]) list.sort((a, b) => start(a).localeCompare(start(b)));
  sorted.open.sort((a, b) => b.created_at.localeCompare(a.created_at));
  return sorted;
}
