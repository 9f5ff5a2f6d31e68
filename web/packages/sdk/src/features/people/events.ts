import type { EventsOf } from "../../event.ts";
import type { Person } from "./state.ts";

/** `counted`: he is only counted from now on. A newer server may know other reasons. */
export type DepartureReason = "left" | "lost" | "removed" | "counted" | "room_closed" | (string & {});

export type PeopleEvent = EventsOf<
  "people",
  {
    came: { readonly person: Person };
    left: { readonly identity: string; readonly reason: DepartureReason };
    changed: { readonly person: Person };
    /** At most once a second. */
    counted: { readonly audience: number };
  }
>;
