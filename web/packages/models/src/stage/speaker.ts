/** A cough or an "mm" is shorter; whoever goes on longer has the word. */
export const TAKES_THE_WORD_MS = 1_200;

/** Who has the word, and who is about to take it. */
export interface Speaker {
  readonly steady: string | null;
  readonly next: string | null;
  /** Since when `next` has been speaking. */
  readonly since: number;
}

export const NOBODY: Speaker = { steady: null, next: null, since: 0 };

/**
 * Who has the word after `speaking` was heard, loudest first. He keeps it while he speaks and while
 * nobody else does; another takes it by going on for `TAKES_THE_WORD_MS`. The first has it at once.
 */
export function steadySpeaker(before: Speaker, speaking: readonly string[], now: number): Speaker {
  const { steady } = before;
  if (steady === null) return { steady: speaking[0] ?? null, next: null, since: now };
  if (speaking.length === 0 || speaking.includes(steady)) return { steady, next: null, since: now };
  const next = before.next !== null && speaking.includes(before.next) ? before.next : (speaking[0] as string);
  const since = next === before.next ? before.since : now;
  return now - since >= TAKES_THE_WORD_MS ? { steady: next, next: null, since: now } : { steady, next, since };
}

/** In how many milliseconds `steadySpeaker` wants to be asked again; null: not before something is heard. */
export const speakerDue = (speaker: Speaker, now: number): number | null =>
  speaker.next === null ? null : Math.max(0, TAKES_THE_WORD_MS - (now - speaker.since));
