import type { Command } from "../../event.ts";
import type { Send } from "../../commands.ts";

export const EMOJIS = ["👍", "👏", "❤️", "😂", "😮", "🎉", "🙏", "🔥"] as const;
export type Emoji = (typeof EMOJIS)[number];

export interface ReactionsCommands {
  "reactions.send": Command<{ readonly emoji: Emoji }>;
}

export const reactionsCommands = (send: Send) => ({
  send: (emoji: Emoji) => send("reactions.send", { emoji }),
});
