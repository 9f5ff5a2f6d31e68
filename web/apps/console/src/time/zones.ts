/** Local times and IANA time zones, by the tables that the browser has. */

/** A local time without a zone, as the API writes it: `2026-12-01T15:00`. */
export type LocalTime = string;

const MINUTE_MS = 60_000;

/** How far the zone is ahead of UTC at that moment, in minutes. */
export function offsetMinutes(zone: string, at: Date): number {
  const parts = clockOf(zone).formatToParts(at);
  const part = (type: string) => Number(parts.find((found) => found.type === type)?.value ?? 0);
  const asUtc = Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second"));
  return Math.round((asUtc - at.getTime()) / MINUTE_MS);
}

/**
 * The moment at which clocks of the zone show this time. Where a clock change leaves the time out,
 * the moment as far after the change as the time is; where it comes twice, the first (RFC 5545,
 * section 3.3.5).
 */
export function instantOf(local: LocalTime, zone: string): Date {
  const asUtc = Date.parse(`${local.slice(0, 16)}:00Z`);
  const before = offsetMinutes(zone, new Date(asUtc - 24 * 60 * MINUTE_MS));
  const after = offsetMinutes(zone, new Date(asUtc + 24 * 60 * MINUTE_MS));
  const first = new Date(asUtc - before * MINUTE_MS);
  if (offsetMinutes(zone, first) === before) return first;
  const second = new Date(asUtc - after * MINUTE_MS);
  return offsetMinutes(zone, second) === after ? second : first;
}

/** What clocks of the zone show at that moment. */
export function localTimeOf(at: Date, zone: string): LocalTime {
  return new Date(at.getTime() + offsetMinutes(zone, at) * MINUTE_MS).toISOString().slice(0, 16);
}

/** `2026-12-01`: the day that the zone's calendars show. */
export const dayOf = (at: Date, zone: string): string => localTimeOf(at, zone).slice(0, 10);

export const ownZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";

/** All zones that the browser knows, with those asked for even if it knows them by another name. */
export function allZones(...also: string[]): string[] {
  return [...new Set([...Intl.supportedValuesOf("timeZone"), "UTC", ...also])].sort();
}

/** `Asia/Shanghai` → `Shanghai`. */
export const cityOf = (zone: string): string => (zone.split("/").pop() ?? zone).replaceAll("_", " ");

/** `UTC+8`, `UTC−3:30`. */
export function offsetName(zone: string, at: Date): string {
  const minutes = offsetMinutes(zone, at);
  if (minutes === 0) return "UTC";
  const hours = Math.floor(Math.abs(minutes) / 60);
  const rest = Math.abs(minutes) % 60;
  return `UTC${minutes < 0 ? "−" : "+"}${hours}${rest ? `:${String(rest).padStart(2, "0")}` : ""}`;
}

export type Comfort = "working" | "early_or_late" | "night";

/** How an invitation to this moment is received in the zone: offices, an early or late hour, or sleep. */
export function comfortOf(at: Date, zone: string): Comfort {
  const hour = Number(localTimeOf(at, zone).slice(11, 13));
  if (hour >= 9 && hour < 18) return "working";
  return hour >= 7 && hour < 22 ? "early_or_late" : "night";
}

/** Making a formatter costs a hundred times what using it does. */
const clocks = new Map<string, Intl.DateTimeFormat>();

function clockOf(zone: string): Intl.DateTimeFormat {
  const known = clocks.get(zone);
  if (known) return known;
  const clock = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  clocks.set(zone, clock);
  return clock;
}
