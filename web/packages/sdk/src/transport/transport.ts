import type { Readable } from "../observable.ts";

/**
 * - `connecting`: for the first time
 * - `reconnecting`: lost, and being found again
 * - `closed`: left, removed, ended or given up; see `reason`
 */
export interface Status {
  readonly phase: "connecting" | "connected" | "reconnecting" | "closed";
  /** Of `closed`. */
  readonly reason?: CloseReason;
}

export type CloseReason =
  | "left"
  | "removed"
  | "room_ended"
  | "duplicate_identity"
  | "join_refused"
  | "server_shutdown"
  | "connection_lost";

/** What arrives from a room, already parsed as JSON. The inbox makes sense of it. */
export type Incoming = Readonly<Record<string, unknown>>;

/** The way to a room: it carries commands there, and events back in order. */
export interface Transport {
  readonly status: Readable<Status>;
  /** The command's reply; rejects with `RefusalError` or `ConnectionError`. */
  readonly send: (method: string, params: unknown) => Promise<unknown>;
  /** Calls back with each message, until the returned function is called. */
  readonly listen: (listener: (message: Incoming) => void) => () => void;
  /** Whether each connection begins with a snapshot that nobody asked for. */
  readonly greeted: boolean;
  /** Asks for a fresh snapshot, which then arrives as messages. */
  readonly hello: () => Promise<void>;
  readonly close: () => Promise<void>;
}
