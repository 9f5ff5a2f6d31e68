import type { RoomFeatureEvent } from "./events.ts";
import type { RoomInfo } from "./state.ts";

export function reduceRoom(state: RoomInfo, event: RoomFeatureEvent): RoomInfo {
  switch (event.type) {
    case "locked":
      return { ...state, locked: event.locked };
    case "extended":
      return { ...state, ends_at: event.ends_at };
    case "agenda_set":
      return { ...state, agenda: event.items };
    case "agenda_ticked":
      return {
        ...state,
        agenda: state.agenda.map((item) => (item.id === event.item ? { ...item, done: event.done } : item)),
      };
  }
  return state;
}
