import type { LobbyEvent } from "./events.ts";
import type { LobbyState } from "./state.ts";

export function reduceLobby(state: LobbyState, event: LobbyEvent): LobbyState {
  switch (event.type) {
    case "knocked":
      return { ...state, waiting: [...without(state, event.visitor.ticket), event.visitor] };
    case "admitted":
    case "denied":
    case "gave_up":
      return { ...state, waiting: without(state, event.ticket) };
    case "set":
      return { ...state, on: event.on };
  }
  return state;
}

const without = (state: LobbyState, ticket: string) => state.waiting.filter((visitor) => visitor.ticket !== ticket);
