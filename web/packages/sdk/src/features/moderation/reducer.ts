import type { ModerationEvent } from "./events.ts";
import type { ModerationState } from "./state.ts";

export function reduceModeration(state: ModerationState, event: ModerationEvent): ModerationState {
  switch (event.type) {
    case "all_muted":
      return { ...state, unmute_forbidden: !event.may_unmute };
    case "unmute_forbidden":
      return { ...state, unmute_forbidden: event.forbidden };
    case "banned":
      return {
        ...state,
        banned: [...except(state, event.identity), { identity: event.identity, name: event.name }],
      };
    case "unbanned":
      return { ...state, banned: except(state, event.identity) };
    case "muted":
    case "video_stopped":
    case "removed":
    case "asked_to_unmute":
      return state;
  }
  return state;
}

const except = (state: ModerationState, identity: string) => state.banned.filter((one) => one.identity !== identity);
