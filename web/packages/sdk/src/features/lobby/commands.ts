import type { Command } from "../../event.ts";
import type { Send } from "../../commands.ts";

export interface LobbyCommands {
  "lobby.admit": Command<{ readonly ticket: string }>;
  "lobby.admit_all": Command<Record<never, never>>;
  "lobby.deny": Command<{ readonly ticket: string }>;
  "lobby.set": Command<{ readonly on: boolean }>;
}

export const lobbyCommands = (send: Send) => ({
  admit: (ticket: string) => send("lobby.admit", { ticket }),
  admitAll: () => send("lobby.admit_all", {}),
  deny: (ticket: string) => send("lobby.deny", { ticket }),
  set: (on: boolean) => send("lobby.set", { on }),
});
