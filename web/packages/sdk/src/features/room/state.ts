import type { Kind, TimeMs } from "../../vocabulary.ts";

export interface AgendaItem {
  readonly id: string;
  readonly text: string;
  readonly minutes: number;
  readonly done: boolean;
}

export interface RoomInfo {
  readonly room_id: string;
  readonly title: string;
  readonly kind: Kind;
  readonly template: string | null;
  readonly locked: boolean;
  readonly started_at: TimeMs;
  /** Null in a room that nobody scheduled. */
  readonly ends_at: TimeMs | null;
  readonly agenda: readonly AgendaItem[];
}
