import type { Schedule } from "@stoa/sdk/api";
import { fromRule, toRule } from "../time/recurrence.ts";
import { localTimeOf } from "../time/zones.ts";
import type { ScheduleFields } from "./ScheduleForm.tsx";

const HOUR_MS = 3_600_000;

/** The next full hour in one's own zone, for an hour. */
export function newSchedule(now: Date, zone: string): ScheduleFields {
  const next = new Date(Math.ceil((now.getTime() + 1) / HOUR_MS) * HOUR_MS);
  const local = localTimeOf(next, zone);
  return {
    date: local.slice(0, 10),
    time: local.slice(11, 16),
    zone,
    durationMin: 60,
    recurrence: { repeat: "never", weekdays: [], until: null },
    foreignRule: null,
  };
}

export function fieldsOf(schedule: Schedule): ScheduleFields {
  const recurrence = fromRule(schedule.recurrence);
  return {
    date: schedule.starts_at.slice(0, 10),
    time: schedule.starts_at.slice(11, 16),
    zone: schedule.timezone,
    durationMin: schedule.duration_min,
    recurrence,
    foreignRule: recurrence ? null : schedule.recurrence,
  };
}

export const scheduleOf = ({ date, time, zone, durationMin, recurrence, foreignRule }: ScheduleFields): Schedule => ({
  starts_at: `${date}T${time}`,
  timezone: zone,
  duration_min: durationMin,
  recurrence: recurrence ? toRule(recurrence, date) : foreignRule,
});

/** Whether date and time are filled in, as the browser's fields give them. */
export const isComplete = ({ date, time }: ScheduleFields): boolean => /^\d{4}-\d{2}-\d{2}$/.test(date) && /^\d{2}:\d{2}/.test(time);
