import type { Command } from "../../event.ts";
import type { Send } from "../../commands.ts";
import { freshId } from "../../fresh_id.ts";
import type { ChatMessage, Recipient } from "./state.ts";

export interface Saying {
  /** Made by the client; saying it twice is saying it once. At most 40 characters. */
  readonly id: string;
  /** At most 4,000 characters. */
  readonly text: string;
  readonly to: Recipient;
  readonly reply_to?: string;
  readonly files?: readonly string[];
}

export interface ChatCommands {
  "chat.say": Command<Saying, { readonly message: ChatMessage }>;
  "chat.delete": Command<{ readonly message: string }>;
  "chat.slow": Command<{ readonly seconds: number }>;
  "chat.block": Command<{ readonly identity: string; readonly blocked: boolean }>;
  "chat.earlier": Command<
    { readonly before: string; readonly limit: number },
    { readonly messages: readonly ChatMessage[] }
  >;
}

export const chatCommands = (send: Send) => ({
  /** To everybody unless `to` says otherwise. Give your own `id` to repeat a message that may not have arrived. */
  say: async (text: string, options: Partial<Omit<Saying, "text">> = {}): Promise<ChatMessage> => {
    const saying: Saying = { id: freshId(), to: { kind: "all" }, ...options, text };
    return (await send("chat.say", saying)).message;
  },
  delete: (message: string) => send("chat.delete", { message }),
  slow: (seconds: number) => send("chat.slow", { seconds }),
  block: (identity: string, blocked: boolean) => send("chat.block", { identity, blocked }),
  /** Messages before the given one, oldest first. They are not added to the state. */
  earlier: async (before: string, limit = 50) => (await send("chat.earlier", { before, limit })).messages,
});
