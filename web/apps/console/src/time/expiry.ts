/** For how long a link or a key is good. */
export const EXPIRIES = ["never", "day", "week", "month"] as const;
export type Expiry = (typeof EXPIRIES)[number];

const DAY_MS = 86_400_000;
const DAYS: Record<Expiry, number | null> = { never: null, day: 1, week: 7, month: 30 };

/** As the API writes times; null: it does not expire. */
export function expiryOf(expiry: Expiry, nowMs: number): string | null {
  const days = DAYS[expiry];
  return days === null ? null : new Date(nowMs + days * DAY_MS).toISOString();
}
