import type { EventsOf } from "../../event.ts";
import type { By } from "../../vocabulary.ts";
import type { Banned } from "./state.ts";

export type ModerationEvent = EventsOf<
  "moderation",
  {
    muted: { readonly identity: string; readonly source: "microphone"; readonly by: By };
    all_muted: { readonly may_unmute: boolean; readonly by: By };
    unmute_forbidden: { readonly forbidden: boolean; readonly by: By };
    video_stopped: { readonly identity: string; readonly source: "camera" | "screen_share"; readonly by: By };
    removed: { readonly identity: string; readonly by: By };
    banned: Banned & { readonly by: By };
    unbanned: { readonly identity: string; readonly by: By };
    /** Only to the person concerned, who decides. */
    asked_to_unmute: { readonly identity: string; readonly by: By };
  }
>;
