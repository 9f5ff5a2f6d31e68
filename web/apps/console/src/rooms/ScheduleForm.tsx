import { Checkbox, Field, FieldGroup, FieldRow, Input, Select, useFormat, useLocale } from "@stoa/ui";
import { useText } from "../text/index.ts";
import { REPEATS, type Recurrence, weekdayOf } from "../time/recurrence.ts";
import { ZoneSelect } from "../time/ZoneSelect.tsx";

const DURATIONS_MIN = [15, 30, 45, 60, 90, 120, 180, 240];

export type ScheduleFields = {
  date: string;
  time: string;
  zone: string;
  durationMin: number;
  /** Null: a rule from elsewhere that this form cannot show, left as it is. */
  recurrence: Recurrence | null;
  foreignRule: string | null;
};

type Props = { value: ScheduleFields; onChange: (value: ScheduleFields) => void };

/** When a room takes place. */
export function ScheduleForm({ value, onChange }: Props) {
  const t = useText();
  const format = useFormat();
  const durations = [...new Set([...DURATIONS_MIN, value.durationMin])].sort((a, b) => a - b);
  const set = (change: Partial<ScheduleFields>) => onChange({ ...value, ...change });
  return (
    <div className="form">
      <FieldRow>
        <Field label={t("schedule.date")}>
          <Input type="date" required value={value.date} onChange={(event) => set({ date: event.target.value })} />
        </Field>
        <Field label={t("schedule.time")}>
          <Input type="time" required value={value.time} onChange={(event) => set({ time: event.target.value })} />
        </Field>
        <Field label={t("schedule.duration")}>
          <Select
            value={String(value.durationMin)}
            options={durations.map((minutes) => ({ value: String(minutes), label: format.minutes(minutes) }))}
            onChange={(minutes) => set({ durationMin: Number(minutes) })}
          />
        </Field>
      </FieldRow>
      <Field label={t("schedule.zone")} hint={t("schedule.zoneHint")}>
        <ZoneSelect value={value.zone} onChange={(zone) => set({ zone })} />
      </Field>
      {value.recurrence && <Repeats date={value.date} value={value.recurrence} onChange={(recurrence) => set({ recurrence })} />}
    </div>
  );
}

function Repeats({ date, value, onChange }: { date: string; value: Recurrence; onChange: (value: Recurrence) => void }) {
  const t = useText();
  const { locale } = useLocale();
  const hasDays = value.repeat === "weekly" || value.repeat === "fortnightly";
  const first = weekdayOf(date || "2026-01-05");
  const toggle = (day: number, on: boolean) =>
    onChange({ ...value, weekdays: on ? [...value.weekdays, day] : value.weekdays.filter((other) => other !== day) });
  return (
    <>
      <FieldRow>
        <Field label={t("schedule.repeat")}>
          <Select
            value={value.repeat}
            options={REPEATS.map((repeat) => ({ value: repeat, label: t(`repeat.${repeat}`) }))}
            onChange={(repeat) => onChange({ ...value, repeat })}
          />
        </Field>
        {value.repeat !== "never" && (
          <Field label={t("schedule.until")} optional>
            <Input type="date" min={date} value={value.until ?? ""} onChange={(event) => onChange({ ...value, until: event.target.value || null })} />
          </Field>
        )}
      </FieldRow>
      {hasDays && (
        <FieldGroup label={t("schedule.days")}>
          <div className="weekdays">
            {[0, 1, 2, 3, 4, 5, 6].map((day) => (
              <Checkbox
                key={day}
                label={weekdayName(day, locale)}
                checked={day === first || value.weekdays.includes(day)}
                disabled={day === first}
                onChange={(on) => toggle(day, on)}
              />
            ))}
          </div>
        </FieldGroup>
      )}
    </>
  );
}

/** 2024-01-01 was a Monday. */
const weekdayName = (day: number, locale: string) =>
  new Intl.DateTimeFormat(locale, { weekday: "short", timeZone: "UTC" }).format(Date.UTC(2024, 0, 1 + day));

