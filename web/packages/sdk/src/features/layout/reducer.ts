import type { LayoutEvent } from "./events.ts";
import type { LayoutState } from "./state.ts";

export function reduceLayout(state: LayoutState, event: LayoutEvent): LayoutState {
  switch (event.type) {
    case "spotlit":
      return {
        ...state,
        spotlight: event.identity === null ? null : { identity: event.identity, source: event.source },
      };
    case "close_up": {
      const others = state.close_up.filter((identity) => identity !== event.identity);
      return { ...state, close_up: event.on ? [...others, event.identity] : others };
    }
    case "led":
      return { ...state, leader: event.by, view: null };
    case "viewed":
      return { ...state, view: { mode: event.mode, pinned: event.pinned } };
  }
  return state;
}
