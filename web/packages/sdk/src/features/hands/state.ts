import type { Source, TimeMs } from "../../vocabulary.ts";

export interface Hand {
  readonly identity: string;
  readonly name: string;
  readonly since_at: TimeMs;
  readonly note: string | null;
}

export interface Floor {
  readonly identity: string;
  readonly sources: readonly Source[];
}

export interface HandsState {
  /** In the order in which they were raised. */
  readonly queue: readonly Hand[];
  readonly granted: readonly Floor[];
}
