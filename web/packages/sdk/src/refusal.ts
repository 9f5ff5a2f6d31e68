import type { Right } from "./vocabulary.ts";

/** Codes that any command may be refused with. */
type SharedCode =
  | "unknown_method"
  | "malformed"
  | "right_missing"
  | "too_fast"
  | "too_large"
  | "no_such_person"
  | "room_ended";

/** Codes of single features. */
type FeatureCode =
  | "not_scheduled"
  | "last_host"
  | "no_such_ticket"
  | "no_such_message"
  | "blocked"
  | "slow_mode"
  | "empty"
  | "no_such_file"
  | "no_such_surface"
  | "no_such_stroke"
  | "not_allowed_here"
  | "full"
  | "not_over_a_host"
  | "no_such_question"
  | "questions_closed"
  | "not_anonymous"
  | "too_many_questions"
  | "too_many_unanswered"
  | "no_timer"
  | "not_leading";

export type KnownRefusalCode = SharedCode | FeatureCode;

/** A newer server may know codes that this client does not. */
export type RefusalCode = KnownRefusalCode | (string & {});

/** Why a command was refused, as the server says it. */
export interface Refusal {
  readonly code: RefusalCode;
  /** An English sentence for developers; the person is shown one in his language, by the code. */
  readonly message: string;
  /** Of `right_missing`. */
  readonly right?: Right;
  /** Of `too_fast` and `slow_mode`. */
  readonly retry_after_ms?: number;
  /** Of `malformed`: the field. */
  readonly where?: string;
  /** Of `too_large`, `too_many_questions` and `too_many_unanswered`. */
  readonly limit?: number;
}

/** The person may not do this, or the room's state does not allow it. Nothing has changed. */
export class RefusalError extends Error {
  override readonly name = "RefusalError";
  readonly code: RefusalCode;
  readonly refusal: Refusal;
  readonly method: string;

  constructor(method: string, refusal: Refusal) {
    super(`${method} was refused as ${refusal.code}: ${refusal.message}`);
    this.code = refusal.code;
    this.refusal = refusal;
    this.method = method;
  }
}

/** `unknown`: the command may or may not have been done; those with an id of the client's may be sent again. */
export type Outcome = "not_sent" | "unknown";

/** The connection did not carry a command or its answer. */
export class ConnectionError extends Error {
  override readonly name = "ConnectionError";
  readonly outcome: Outcome;

  constructor(message: string, outcome: Outcome, options?: ErrorOptions) {
    super(message, options);
    this.outcome = outcome;
  }
}

/** Reads a refusal; null when it is none. */
export function parseRefusal(value: unknown): Refusal | null {
  if (typeof value !== "object" || value === null) return null;
  const { code, message } = value as Record<string, unknown>;
  if (typeof code !== "string") return null;
  return { ...value, code, message: typeof message === "string" ? message : code };
}
