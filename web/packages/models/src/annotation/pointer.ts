import type { EventNamed, FeatureCommands, Readable } from "@stoa/sdk";
import { cell } from "@stoa/sdk";
import { type Clock, realClock } from "../clock.ts";
import type { Point } from "./picture.ts";

const SEND_EVERY_MS = 50;
/** A laser pointer that rests goes out. */
const GOES_OUT_AFTER_MS = 1_500;

export interface Laser {
  readonly surface: string;
  readonly identity: string;
  readonly x: number;
  readonly y: number;
}

/** Sends my laser pointer: the latest place only, twenty times a second. What was lost does not matter. */
export function pointer(commands: Pick<FeatureCommands["annotation"], "point">, clock: Clock = realClock) {
  let next: { readonly surface: string; readonly point: Point } | null = null;
  let waiting = false;
  const send = () => {
    if (next === null) return;
    const { surface, point } = next;
    next = null;
    waiting = true;
    commands.point(surface, point.x, point.y).catch(() => {});
    clock.after(SEND_EVERY_MS, () => {
      waiting = false;
      send();
    });
  };
  return {
    move: (surface: string, point: Point) => {
      next = { surface, point };
      if (!waiting) send();
    },
  };
}

export interface Lasers extends Readable<readonly Laser[]> {
  readonly hear: (event: EventNamed<"annotation.pointed">) => void;
}

/** The laser pointers of everybody, each until it rests. */
export function lasers(clock: Clock = realClock): Lasers {
  const seen = cell<readonly Laser[]>([]);
  const ends = new Map<string, () => void>();
  const without = (identity: string) => seen.getSnapshot().filter((laser) => laser.identity !== identity);
  return {
    getSnapshot: seen.getSnapshot,
    subscribe: seen.subscribe,
    hear: ({ surface, identity, x, y }) => {
      ends.get(identity)?.();
      seen.set([...without(identity), { surface, identity, x, y }]);
      ends.set(
        identity,
        clock.after(GOES_OUT_AFTER_MS, () => {
          ends.delete(identity);
          seen.set(without(identity));
        }),
      );
    },
  };
}
