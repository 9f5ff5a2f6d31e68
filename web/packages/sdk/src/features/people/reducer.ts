import type { PeopleEvent } from "./events.ts";
import type { PeopleState } from "./state.ts";

export function reducePeople(state: PeopleState, event: PeopleEvent): PeopleState {
  switch (event.type) {
    case "came":
      return {
        ...state,
        people: [...state.people.filter((person) => person.identity !== event.person.identity), event.person],
      };
    case "left":
      return { ...state, people: state.people.filter((person) => person.identity !== event.identity) };
    case "changed":
      return {
        ...state,
        people: state.people.map((person) => (person.identity === event.person.identity ? event.person : person)),
      };
    case "counted":
      return { ...state, audience: event.audience };
  }
  return state;
}
