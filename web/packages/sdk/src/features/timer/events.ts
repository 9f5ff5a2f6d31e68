import type { EventsOf } from "../../event.ts";
import type { By, TimeMs } from "../../vocabulary.ts";
import type { Timer } from "./state.ts";

export type TimerEvent = EventsOf<
  "timer",
  {
    started: { readonly timer: Timer; readonly by: By };
    paused: { readonly remaining_ms: number; readonly by: By };
    resumed: { readonly ends_at: TimeMs; readonly by: By };
    stopped: { readonly by: By };
    rang: Record<never, never>;
  }
>;
