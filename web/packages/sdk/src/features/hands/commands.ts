import type { Command } from "../../event.ts";
import type { Send } from "../../commands.ts";
import type { Source } from "../../vocabulary.ts";

export interface HandsCommands {
  "hands.raise": Command<{ readonly note?: string }>;
  "hands.lower": Command<{ readonly identity?: string }>;
  "hands.lower_all": Command<Record<never, never>>;
  "hands.grant": Command<{ readonly identity: string; readonly sources: readonly Source[] }>;
  "hands.revoke": Command<{ readonly identity: string }>;
}

export const handsCommands = (send: Send) => ({
  raise: (note?: string) => send("hands.raise", note === undefined ? {} : { note }),
  /** My own, or another's with the right `grant_floor`. */
  lower: (identity?: string) => send("hands.lower", identity === undefined ? {} : { identity }),
  lowerAll: () => send("hands.lower_all", {}),
  grant: (identity: string, sources: readonly Source[] = ["microphone"]) =>
    send("hands.grant", { identity, sources }),
  revoke: (identity: string) => send("hands.revoke", { identity }),
});
