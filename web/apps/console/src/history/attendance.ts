import type { SessionDetail } from "@stoa/sdk/api";

export type Stay = SessionDetail["attendance"][number];

/** When somebody was there, in milliseconds; without an end, until now. */
export interface Presence {
  readonly from: number;
  readonly to: number;
}

/** Somebody with all the times that he was there. */
export interface Attendee {
  readonly identity: string;
  readonly name: string;
  readonly role: Stay["role"];
  /** Apart from each other, in order; never empty. */
  readonly presences: readonly Presence[];
  readonly isThere: boolean;
  readonly stayedMs: number;
}

type Session = Pick<SessionDetail, "attendance" | "ended_at">;

/** One for each person, in the order of coming; name and role are those he had last. */
export function attendeesOf({ attendance, ended_at }: Session, now: number): Attendee[] {
  // A server that was killed did not see them leave.
  const stays = ended_at === null ? attendance : attendance.map((stay) => ({ ...stay, left_at: stay.left_at ?? ended_at }));
  const people = new Map<string, Stay[]>();
  for (const stay of stays) people.set(stay.identity, [...(people.get(stay.identity) ?? []), stay]);
  return [...people.values()]
    .map((own) => attendee(own, now))
    .sort((a, b) => cameAt(a) - cameAt(b));
}

export const cameAt = ({ presences }: Attendee): number => presences[0]?.from ?? 0;
export const leftAt = ({ presences }: Attendee): number => presences.at(-1)?.to ?? 0;

function attendee(stays: readonly Stay[], now: number): Attendee {
  const all = stays
    .map(({ joined_at, left_at }) => ({ from: Date.parse(joined_at), to: left_at === null ? now : Date.parse(left_at) }))
    .sort((a, b) => a.from - b.from);
  const presences: Presence[] = [];
  for (const next of all) {
    const last = presences.at(-1);
    // A second device comes before the first has gone.
    if (last && next.from <= last.to) presences[presences.length - 1] = { from: last.from, to: Math.max(last.to, next.to) };
    else presences.push(next);
  }
  const { identity, name, role } = stays.at(-1) as Stay;
  return {
    identity,
    name,
    role,
    presences,
    isThere: stays.some(({ left_at }) => left_at === null),
    stayedMs: presences.reduce((sum, { from, to }) => sum + to - from, 0),
  };
}
