import type { EventsOf } from "../../event.ts";
import type { By } from "../../vocabulary.ts";
import type { ChatMessage } from "./state.ts";

export type ChatEvent = EventsOf<
  "chat",
  {
    said: { readonly message: ChatMessage };
    deleted: { readonly message: string; readonly by: By };
    slowed: { readonly seconds: number; readonly by: By };
    blocked: { readonly identity: string; readonly blocked: boolean; readonly by: By };
  }
>;
