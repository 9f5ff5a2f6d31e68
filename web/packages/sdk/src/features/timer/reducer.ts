import type { TimerEvent } from "./events.ts";
import type { TimerState } from "./state.ts";

export function reduceTimer(state: TimerState, event: TimerEvent): TimerState {
  switch (event.type) {
    case "started":
      return { timer: event.timer };
    case "paused":
      return { timer: state.timer && { ...state.timer, ends_at: null, remaining_ms: event.remaining_ms } };
    case "resumed":
      return { timer: state.timer && { ...state.timer, ends_at: event.ends_at, remaining_ms: null } };
    case "stopped":
    case "rang":
      return { timer: null };
  }
  return state;
}
