import type { TimeMs } from "../../vocabulary.ts";

export interface Visitor {
  readonly ticket: string;
  readonly name: string;
  readonly since_at: TimeMs;
  readonly is_guest: boolean;
}

/** Seen with the right `admit` only. */
export interface LobbyState {
  readonly on: boolean;
  readonly waiting: readonly Visitor[];
}
