import type { EventsOf } from "../../event.ts";
import type { Emoji } from "./commands.ts";

/** Reactions are not kept: there is no state. */
export type ReactionsEvent = EventsOf<
  "reactions",
  { sent: { readonly identity: string; readonly emoji: Emoji } }
>;
