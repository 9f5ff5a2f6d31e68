import { cell, type Readable } from "@stoa/sdk";
import { type Clock, realClock } from "../clock.ts";

export type Tone = "info" | "success" | "warning" | "danger";

export interface ToastDraft<Content> {
  readonly content: Content;
  readonly tone?: Tone;
  /** The same again replaces the one that is shown instead of standing beside it. */
  readonly same_as?: string;
  /** Null stays until it is closed: for what must be answered. */
  readonly stays_ms?: number | null;
}

export interface Toast<Content> {
  readonly id: number;
  readonly content: Content;
  readonly tone: Tone;
}

export interface Toasts<Content> extends Readable<readonly Toast<Content>[]> {
  /** Returns the toast's id. */
  readonly show: (draft: ToastDraft<Content>) => number;
  readonly close: (id: number) => void;
  /** While somebody points at them or has the focus in them, none goes away (WCAG 2.2.1). */
  readonly hold: (held: boolean) => void;
}

/** More cover the meeting; the others wait for their turn. */
const MAX_SHOWN = 3;
/** What a crowd can cause in a burst; beyond this the oldest that waits is dropped. */
const MAX_WAITING = 20;
/** Reading time of a sentence of two lines. */
const STAYS_MS = 6_000;

interface Entry<Content> extends Toast<Content> {
  readonly same_as: string | undefined;
  readonly stays_ms: number | null;
  /** Of one that is shown: when it goes, unless held. */
  readonly due: number | null;
}

export function toasts<Content>(clock: Clock = realClock): Toasts<Content> {
  const shown = cell<readonly Entry<Content>[]>([]);
  let waiting: Entry<Content>[] = [];
  let nextId = 1;
  let held = false;
  let cancel = () => {};

  const timed = (entry: Entry<Content>): Entry<Content> => ({
    ...entry,
    due: entry.stays_ms === null ? null : clock.now() + entry.stays_ms,
  });
  const settle = (entries: readonly Entry<Content>[]) => {
    const free = Math.max(0, MAX_SHOWN - entries.length);
    shown.set([...entries, ...waiting.splice(0, free).map(timed)]);
    cancel();
    if (held) return;
    const dues = shown.getSnapshot().flatMap(({ due }) => (due === null ? [] : [due]));
    if (dues.length === 0) return;
    cancel = clock.after(Math.max(0, Math.min(...dues) - clock.now()), () => {
      settle(shown.getSnapshot().filter(({ due }) => due === null || due > clock.now()));
    });
  };

  return {
    getSnapshot: shown.getSnapshot,
    subscribe: shown.subscribe,
    show: ({ content, tone = "info", same_as, stays_ms = STAYS_MS }) => {
      const entry: Entry<Content> = { id: nextId++, content, tone, same_as, stays_ms, due: null };
      const isSame = (other: Entry<Content>) => same_as !== undefined && other.same_as === same_as;
      if (shown.getSnapshot().some(isSame)) {
        settle(shown.getSnapshot().map((other) => (isSame(other) ? timed(entry) : other)));
        return entry.id;
      }
      waiting = [...waiting.filter((other) => !isSame(other)), entry].slice(-MAX_WAITING);
      settle(shown.getSnapshot());
      return entry.id;
    },
    close: (id) => {
      waiting = waiting.filter((entry) => entry.id !== id);
      settle(shown.getSnapshot().filter((entry) => entry.id !== id));
    },
    hold: (now) => {
      if (held === now) return;
      held = now;
      // After a hold everyone gets its whole time again: nobody knows what was read.
      settle(held ? shown.getSnapshot() : shown.getSnapshot().map(timed));
    },
  };
}
