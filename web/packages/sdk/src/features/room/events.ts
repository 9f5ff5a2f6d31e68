import type { EventsOf } from "../../event.ts";
import type { By, Right, Role, TimeMs } from "../../vocabulary.ts";
import type { AgendaItem } from "./state.ts";

export type RoomFeatureEvent = EventsOf<
  "room",
  {
    locked: { readonly locked: boolean; readonly by: By };
    extended: { readonly ends_at: TimeMs; readonly by: By };
    /** Five minutes and one minute before the end. */
    ending: { readonly ends_at: TimeMs };
    ended: { readonly by: By };
    agenda_set: { readonly items: readonly AgendaItem[]; readonly by: By };
    agenda_ticked: { readonly item: string; readonly done: boolean; readonly by: By };
    /** Only to the person concerned, who then gets a fresh snapshot: he may see more or less than before. */
    rights_changed: { readonly identity: string; readonly rights: readonly Right[]; readonly role: Role };
  }
>;
