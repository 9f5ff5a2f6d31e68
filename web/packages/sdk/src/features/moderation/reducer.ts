import type { ModerationEvent } from "./events.ts";
import type { ModerationState } from "./state.ts";

export function reduceModeration(state: ModerationState, event: ModerationEvent): ModerationState {
  switch (event.type) {
    case "all_muted":
      return { ...state, unmute_forbidden: !event.may_unmute };
    case "unmute_forbidden":
      return { ...state, unmute_forbidden: event.forbidden };
    case "banned": {
      const { identity, name, person_id } = event;
      return { ...state, banned: [...state.banned, { identity, name, person_id }] };
    }
    case "unbanned":
      return { ...state, banned: state.banned.filter((one) => one.identity !== event.identity) };
    case "muted":
    case "video_stopped":
    case "removed":
    case "asked_to_unmute":
      return state;
  }
  return state;
}
