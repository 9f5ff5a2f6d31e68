import type { Role, TimeMs } from "../../vocabulary.ts";

export type Recipient =
  | { readonly kind: "all" }
  | { readonly kind: "hosts" }
  | { readonly kind: "person"; readonly identity: string };

export interface ChatFile {
  readonly id: string;
  readonly name: string;
  readonly media_type: string;
  readonly bytes: number;
}

export interface ChatMessage {
  readonly id: string;
  readonly from: { readonly identity: string; readonly name: string; readonly role: Role };
  readonly at: TimeMs;
  readonly text: string;
  readonly to: Recipient;
  readonly reply_to: string | null;
  readonly files: readonly ChatFile[];
  readonly deleted: boolean;
  /** One of many that a large audience said at once: only the stage and its author see it. */
  readonly aside?: true;
}

export interface ChatState {
  /** The latest that I may see, oldest first. */
  readonly messages: readonly ChatMessage[];
  /** Seconds between two messages of one person; 0 is no slow mode. */
  readonly slow_s: number;
  /** Identities, sorted. */
  readonly blocked: readonly string[];
}

/** As many messages as a snapshot holds; older ones are asked for with `chat.earlier`. */
export const KEPT_MESSAGES = 200;
