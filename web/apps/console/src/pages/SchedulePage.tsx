import type { ScheduledRoom } from "@stoa/sdk/api";
import { buttonClass, EmptyState, List, useFormat } from "@stoa/ui";
import { CalendarDays, CalendarPlus } from "lucide-react";
import { Link } from "wouter";
import { useOccurrences, useRooms } from "../data/rooms.ts";
import { RoomRow } from "../rooms/RoomRow.tsx";
import { Loaded } from "../shell/Loaded.tsx";
import { Page, Section } from "../shell/Page.tsx";
import { useText } from "../text/index.ts";
import { useCity } from "../time/useCity.ts";
import { dayOf, localTimeOf, offsetName, ownZone } from "../time/zones.ts";
import { useNow } from "../time/useNow.ts";

/** Six weeks: far enough for the next monthly meeting, near enough to read. */
const SHOWN_DAYS = 42;
const DAY_MS = 86_400_000;

export default function SchedulePage() {
  const t = useText();
  const now = useNow();
  const rooms = useRooms();
  const zone = ownZone();
  const cityOf = useCity();
  const button = (
    <Link href="/schedule/new" className={buttonClass({ tone: "primary" })}>
      <CalendarPlus aria-hidden size={16} />
      {t("schedule.button")}
    </Link>
  );
  return (
    <Page title={t("nav.schedule")} intro={t("schedule.intro", { zone: `${cityOf(zone)} (${offsetName(zone, now)})` })} actions={button}>
      <Loaded query={rooms}>
        {(all) => {
          const scheduled = all.filter((room) => room.schedule !== null);
          if (scheduled.length > 0) return <Days rooms={scheduled} now={now} zone={zone} />;
          return (
            <div className="frame">
              <EmptyState icon={CalendarDays} title={t("schedule.emptyTitle")} action={button}>
                {t("schedule.emptyText")}
              </EmptyState>
            </div>
          );
        }}
      </Loaded>
    </Page>
  );
}

type Entry = { room: ScheduledRoom; when: { starts_at: string; ends_at: string } };

function Days({ rooms, now, zone }: { rooms: readonly ScheduledRoom[]; now: Date; zone: string }) {
  const t = useText();
  const format = useFormat();
  // Whole days, so that the query stays the same while the page is open.
  const from = `${localTimeOf(now, "UTC").slice(0, 10)}T00:00:00Z`;
  const to = new Date(Date.parse(from) + SHOWN_DAYS * DAY_MS).toISOString().replace(".000", "");
  const repeating = rooms.filter((room) => room.schedule?.recurrence);
  const repeated = useOccurrences(repeating, from, to);
  const entries: Entry[] = [
    ...repeating.flatMap((room, at) => (repeated[at] ?? []).map((when) => ({ room, when }))),
    ...rooms.flatMap((room) => (room.next_occurrence && !room.schedule?.recurrence ? [{ room, when: room.next_occurrence }] : [])),
  ].filter(({ when }) => Date.parse(when.ends_at) > now.getTime() && when.starts_at < to);
  const days = new Map<string, Entry[]>();
  for (const entry of entries.sort((a, b) => a.when.starts_at.localeCompare(b.when.starts_at))) {
    const day = dayOf(new Date(entry.when.starts_at), zone);
    days.set(day, [...(days.get(day) ?? []), entry]);
  }
  if (days.size === 0) return <p className="frame frame-quiet">{t("schedule.nothingSoon")}</p>;
  return [...days].map(([day, list]) => {
    const name = day === dayOf(now, zone) ? t("schedule.today", { day: format.day(now, zone) }) : format.day(list[0]?.when.starts_at ?? day, zone);
    return (
      <Section key={day} title={name}>
        <List label={name}>
          {list.map(({ room, when }) => (
            <RoomRow key={room.id + when.starts_at} room={room} when={when} now={now} />
          ))}
        </List>
      </Section>
    );
  });
}
