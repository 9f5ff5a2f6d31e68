import type { PeopleEvent } from "./events.ts";
import type { PeopleState, Person } from "./state.ts";

export function reducePeople(state: PeopleState, event: PeopleEvent): PeopleState {
  switch (event.type) {
    case "came":
    case "changed":
      return { ...state, people: put(state.people, event.person) };
    case "left":
      return { ...state, people: state.people.filter((person) => person.identity !== event.identity) };
    case "counted":
      return { ...state, audience: event.audience };
  }
  return state;
}

/** In the place of the one of before, else last. */
function put(people: readonly Person[], person: Person): readonly Person[] {
  const known = people.some(({ identity }) => identity === person.identity);
  return known ? people.map((other) => (other.identity === person.identity ? person : other)) : [...people, person];
}
