import { useMemo } from "react";
import { type Locale, useLocale } from "./locale.tsx";

/** Numbers and times as the reader writes them. Times are `Date`s or RFC 3339; zones are IANA names. */
export function formatIn(locale: Locale) {
  return {
    number: (value: number) => new Intl.NumberFormat(locale).format(value),
    date: (at: Time, zone?: string) => written(locale, at, zone, { dateStyle: "medium" }),
    day: (at: Time, zone?: string) => written(locale, at, zone, { weekday: "long", month: "long", day: "numeric" }),
    shortDay: (at: Time, zone?: string) => written(locale, at, zone, { weekday: "short", month: "short", day: "numeric" }),
    time: (at: Time, zone?: string) => written(locale, at, zone, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }),
    dateTime: (at: Time, zone?: string) =>
      written(locale, at, zone, { year: "numeric", month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" }),
    ago: (at: Time, now: Date) => relative(locale, (new Date(at).getTime() - now.getTime()) / 1000),
    bytes: (bytes: number) => size(locale, bytes),
    minutes: (minutes: number) => duration(locale, minutes),
    list: (items: string[]) => new Intl.ListFormat(locale, { type: "conjunction", style: "long" }).format(items),
  };
}

export type Time = string | number | Date;
export type Format = ReturnType<typeof formatIn>;

export function useFormat(): Format {
  const { locale } = useLocale();
  return useMemo(() => formatIn(locale), [locale]);
}

function written(locale: Locale, at: Time, zone: string | undefined, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(locale, zone ? { ...options, timeZone: zone } : options).format(new Date(at));
}

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
];

function relative(locale: Locale, seconds: number): string {
  const [unit, length] = STEPS.find(([, length]) => Math.abs(seconds) >= length) ?? (["second", 1] as const);
  return new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(Math.trunc(seconds / length), unit);
}

function size(locale: Locale, bytes: number): string {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte"];
  const step = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  const digits = step > 1 ? 1 : 0;
  // In English the short form of bytes is "34 byte".
  const unitDisplay = step === 0 ? "long" : "short";
  return new Intl.NumberFormat(locale, { style: "unit", unit: units[step] ?? "byte", unitDisplay, maximumFractionDigits: digits }).format(
    bytes / 1000 ** step,
  );
}

function duration(locale: Locale, minutes: number): string {
  const part = (value: number, unit: string) =>
    new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "short" }).format(value);
  const hours = Math.floor(minutes / 60);
  const rest = Math.round(minutes % 60);
  return [hours > 0 && part(hours, "hour"), (rest > 0 || hours === 0) && part(rest, "minute")].filter(Boolean).join(" ");
}
