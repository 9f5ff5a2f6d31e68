/** The recurrence rules that the form offers, to and from RRULE (RFC 5545, section 3.3.10). */

export const REPEATS = ["never", "daily", "workdays", "weekly", "fortnightly", "monthly"] as const;
export type Repeat = (typeof REPEATS)[number];

export type Recurrence = {
  repeat: Repeat;
  /** For weekly and fortnightly: 0 is Monday. */
  weekdays: number[];
  /** The last day, `2026-12-31`; null: no end. */
  until: string | null;
};

const DAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

/** `date` is the first day; its weekday is always among those of a weekly rule. */
export function toRule({ repeat, weekdays, until }: Recurrence, date: string): string | null {
  const days = [...new Set([...weekdays, weekdayOf(date)])].sort((a, b) => a - b).map((day) => DAYS[day]);
  const end = until ? `;UNTIL=${until.replaceAll("-", "")}T235959` : "";
  switch (repeat) {
    case "never":
      return null;
    case "daily":
      return `FREQ=DAILY${end}`;
    case "workdays":
      return `FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR${end}`;
    case "weekly":
      return `FREQ=WEEKLY;BYDAY=${days.join(",")}${end}`;
    case "fortnightly":
      return `FREQ=WEEKLY;INTERVAL=2;BYDAY=${days.join(",")}${end}`;
    case "monthly":
      return `FREQ=MONTHLY${end}`;
  }
}

/** Null for a rule that the form cannot show; it is then left as it is. */
export function fromRule(rule: string | null): Recurrence | null {
  if (!rule) return { repeat: "never", weekdays: [], until: null };
  const parts = new Map(rule.replace(/^RRULE:/, "").split(";").map((part) => part.split("=", 2) as [string, string]));
  const known = new Set(["FREQ", "INTERVAL", "BYDAY", "UNTIL", "WKST"]);
  if ([...parts.keys()].some((name) => !known.has(name))) return null;
  const weekdays = (parts.get("BYDAY") ?? "").split(",").filter(Boolean).map((day) => DAYS.indexOf(day));
  if (weekdays.includes(-1)) return null;
  const end = /^(\d{4})(\d{2})(\d{2})/.exec(parts.get("UNTIL") ?? "");
  const until = end ? `${end[1]}-${end[2]}-${end[3]}` : null;
  const interval = parts.get("INTERVAL") ?? "1";
  const repeat = repeatOf(parts.get("FREQ"), interval, weekdays);
  return repeat && { repeat, weekdays: repeat === "workdays" ? [] : weekdays, until };
}

function repeatOf(frequency: string | undefined, interval: string, weekdays: number[]): Repeat | null {
  if (frequency === "WEEKLY" && interval === "2") return "fortnightly";
  if (interval !== "1") return null;
  if (frequency === "WEEKLY") return weekdays.join() === "0,1,2,3,4" ? "workdays" : "weekly";
  if (weekdays.length > 0) return null;
  if (frequency === "DAILY") return "daily";
  return frequency === "MONTHLY" ? "monthly" : null;
}

/** 0 is Monday. */
export function weekdayOf(date: string): number {
  return (new Date(`${date}T00:00Z`).getUTCDay() + 6) % 7;
}
