import type { FeatureEvent } from "./events.ts";
import { parseObject } from "./json.ts";
import { reduce, type RoomState } from "./state.ts";
import type { Incoming } from "./transport/transport.ts";

/**
 * Events that may wait for a snapshot. A room says at most some hundreds a second, and a snapshot
 * takes a round trip; beyond this something is wrong and a new snapshot is cheaper.
 */
const MAX_WAITING_EVENTS = 2_000;

/** Pieces of 12,000 bytes: 1,024 are 12 MB, far above any room's state. */
const MAX_PIECES = 1_024;

/** What a message from the room makes of what is known. */
export type Outcome =
  | { readonly kind: "nothing" }
  /** The state was replaced as a whole; `missed` are events that came after its snapshot. */
  | { readonly kind: "replaced"; readonly state: RoomState; readonly missed: readonly FeatureEvent[] }
  | { readonly kind: "advanced"; readonly state: RoomState; readonly event: FeatureEvent }
  /** Something was lost: ask for a snapshot. */
  | { readonly kind: "hello_needed" };

/**
 * Puts together what a room tells: snapshots in pieces, and the events after them. Without clock
 * and connection; feed it messages in the order in which they came.
 */
export class Inbox {
  #state: RoomState | null = null;
  #pieces: { readonly count: number; readonly texts: string[] } | null = null;
  #waiting: FeatureEvent[] = [];

  get state(): RoomState | null {
    return this.#state;
  }

  /** Forgets half a snapshot: its connection is gone. The state stays until the next one is whole. */
  restart(): void {
    this.#pieces = null;
    this.#waiting = [];
  }

  handle(message: Incoming): Outcome {
    if (isRecord(message["snapshot"])) return this.#snapshot(message["snapshot"]);
    if (isEvent(message["event"])) return this.#event(message["event"]);
    if (message["resync"] === true) return { kind: "hello_needed" };
    return { kind: "nothing" };
  }

  #snapshot(snapshot: Incoming): Outcome {
    const { index, count, text } = snapshot;
    if (typeof text !== "string") return isState(snapshot) ? this.#replace(snapshot) : { kind: "hello_needed" };
    if (typeof index !== "number" || typeof count !== "number" || !(count >= 1 && count <= MAX_PIECES)) {
      return { kind: "hello_needed" };
    }
    if (index === 0) this.#pieces = { count, texts: [] };
    // Pieces come in order; anything else belongs to a snapshot whose beginning we have not seen.
    if (this.#pieces === null || this.#pieces.count !== count || this.#pieces.texts.length !== index) {
      return { kind: "nothing" };
    }
    this.#pieces.texts.push(text);
    if (this.#pieces.texts.length < count) return { kind: "nothing" };
    const whole = parseObject(this.#pieces.texts.join(""));
    return isState(whole) ? this.#replace(whole) : { kind: "hello_needed" };
  }

  #replace(snapshot: RoomState): Outcome {
    const missed = this.#waiting.filter((event) => event.seq > snapshot.seq);
    this.#pieces = null;
    this.#waiting = [];
    this.#state = missed.reduce(reduce, snapshot);
    return { kind: "replaced", state: this.#state, missed };
  }

  #event(event: FeatureEvent): Outcome {
    if (this.#state === null || this.#pieces !== null) {
      this.#waiting.push(event);
      if (this.#waiting.length <= MAX_WAITING_EVENTS) return { kind: "nothing" };
      this.restart();
      return { kind: "hello_needed" };
    }
    if (event.seq <= this.#state.seq) return { kind: "nothing" };
    this.#state = reduce(this.#state, event);
    return { kind: "advanced", state: this.#state, event };
  }
}

const isRecord = (value: unknown): value is Incoming => typeof value === "object" && value !== null;

const isEvent = (value: unknown): value is FeatureEvent =>
  isRecord(value) &&
  typeof value["seq"] === "number" &&
  typeof value["feature"] === "string" &&
  typeof value["type"] === "string";

const isState = (value: unknown): value is RoomState =>
  isRecord(value) && typeof value["seq"] === "number" && ["me", "room", "people"].every((key) => isRecord(value[key]));
