import type { Command } from "../../event.ts";
import type { Send } from "../../commands.ts";
import type { AgendaItem } from "./state.ts";

export interface RoomCommands {
  "room.hello": Command<Record<never, never>, { readonly version: number }>;
  "room.lock": Command<{ readonly locked: boolean }>;
  "room.extend": Command<{ readonly minutes: number }>;
  "room.end": Command<Record<never, never>>;
  "room.set_agenda": Command<{ readonly items: readonly Omit<AgendaItem, "done">[] }>;
  "room.tick_agenda": Command<{ readonly item: string; readonly done: boolean }>;
}

export const roomCommands = (send: Send) => ({
  lock: (locked: boolean) => send("room.lock", { locked }),
  /** Refused as `not_scheduled` in a room without an end. */
  extend: (minutes: number) => send("room.extend", { minutes }),
  /** Ends the room for everybody. */
  end: () => send("room.end", {}),
  setAgenda: (items: readonly Omit<AgendaItem, "done">[]) => send("room.set_agenda", { items }),
  tickAgenda: (item: string, done: boolean) => send("room.tick_agenda", { item, done }),
});
