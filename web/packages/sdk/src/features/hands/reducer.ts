import type { HandsEvent } from "./events.ts";
import type { HandsState } from "./state.ts";

export function reduceHands(state: HandsState, event: HandsEvent): HandsState {
  switch (event.type) {
    case "raised":
      return { ...state, queue: [...state.queue, event.hand] };
    case "lowered":
      return { ...state, queue: except(state.queue, event.identity) };
    case "all_lowered":
      return { ...state, queue: [] };
    case "granted":
      return {
        ...state,
        granted: [...except(state.granted, event.identity), { identity: event.identity, sources: event.sources }],
      };
    case "revoked":
      return { ...state, granted: except(state.granted, event.identity) };
  }
  return state;
}

const except = <T extends { readonly identity: string }>(all: readonly T[], identity: string) =>
  all.filter((one) => one.identity !== identity);
