import type { EventsOf } from "../../event.ts";
import type { By, Source } from "../../vocabulary.ts";
import type { Hand } from "./state.ts";

export type HandsEvent = EventsOf<
  "hands",
  {
    raised: { readonly hand: Hand };
    lowered: { readonly identity: string; readonly by: By };
    all_lowered: { readonly by: By };
    granted: { readonly identity: string; readonly sources: readonly Source[]; readonly by: By };
    revoked: { readonly identity: string; readonly by: By };
  }
>;
