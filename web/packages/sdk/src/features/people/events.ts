import type { EventsOf } from "../../event.ts";
import type { Person } from "./state.ts";

export type PeopleEvent = EventsOf<
  "people",
  {
    came: { readonly person: Person };
    left: { readonly identity: string; readonly reason: string };
    changed: { readonly person: Person };
    /** At most once a second. */
    counted: { readonly audience: number };
  }
>;
