import type { EventsOf } from "../../event.ts";
import type { By } from "../../vocabulary.ts";
import type { Visitor } from "./state.ts";

export type LobbyEvent = EventsOf<
  "lobby",
  {
    knocked: { readonly visitor: Visitor };
    admitted: { readonly ticket: string; readonly by: By };
    denied: { readonly ticket: string; readonly by: By };
    gave_up: { readonly ticket: string };
    set: { readonly on: boolean; readonly by: By };
  }
>;
