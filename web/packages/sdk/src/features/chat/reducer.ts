import type { ChatEvent } from "./events.ts";
import { type ChatMessage, type ChatState, KEPT_MESSAGES } from "./state.ts";

export function reduceChat(state: ChatState, event: ChatEvent): ChatState {
  switch (event.type) {
    case "said":
      return { ...state, messages: [...state.messages, event.message].slice(-KEPT_MESSAGES) };
    case "deleted":
      return {
        ...state,
        messages: state.messages.map((message) => (message.id === event.message ? emptied(message) : message)),
      };
    case "slowed":
      return { ...state, slow_s: event.seconds };
    case "blocked": {
      const others = state.blocked.filter((identity) => identity !== event.identity);
      return { ...state, blocked: event.blocked ? [...others, event.identity].sort() : others };
    }
  }
  return state;
}

const emptied = (message: ChatMessage): ChatMessage => ({ ...message, text: "", files: [], deleted: true });
