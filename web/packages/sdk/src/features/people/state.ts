import type { Role, TimeMs } from "../../vocabulary.ts";

export interface Person {
  readonly identity: string;
  readonly name: string;
  readonly role: Role;
  readonly joined_at: TimeMs;
  /** The account, or null for a guest. */
  readonly person_id: string | null;
  /** With media, or over a WebSocket without. */
  readonly door: "media" | "socket";
  readonly is_guest: boolean;
}

export interface PeopleState {
  readonly people: readonly Person[];
  /** How many people of role `audience` are only counted. */
  readonly audience: number;
}
