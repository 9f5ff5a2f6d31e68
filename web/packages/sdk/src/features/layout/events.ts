import type { EventsOf } from "../../event.ts";
import type { By } from "../../vocabulary.ts";
import type { ViewMode } from "./state.ts";

export type LayoutEvent = EventsOf<
  "layout",
  {
    spotlit: { readonly identity: string | null; readonly source: "camera" | "screen_share"; readonly by: By };
    close_up: { readonly identity: string; readonly on: boolean; readonly by: By };
    /** `by` leads from now on; null ends it. */
    led: { readonly by: By };
    viewed: { readonly mode: ViewMode; readonly pinned: string | null };
  }
>;
