import type { FeatureEvent } from "./events.ts";
import { reduceAnnotation } from "./features/annotation/reducer.ts";
import type { AnnotationState } from "./features/annotation/state.ts";
import { reduceChat } from "./features/chat/reducer.ts";
import type { ChatState } from "./features/chat/state.ts";
import { reduceHands } from "./features/hands/reducer.ts";
import type { HandsState } from "./features/hands/state.ts";
import { reduceLayout } from "./features/layout/reducer.ts";
import type { LayoutState } from "./features/layout/state.ts";
import { reduceLobby } from "./features/lobby/reducer.ts";
import type { LobbyState } from "./features/lobby/state.ts";
import { reduceModeration } from "./features/moderation/reducer.ts";
import type { ModerationState } from "./features/moderation/state.ts";
import { reducePeople } from "./features/people/reducer.ts";
import type { PeopleState } from "./features/people/state.ts";
import { reduceQuestions } from "./features/questions/reducer.ts";
import type { QuestionsState } from "./features/questions/state.ts";
import { reduceRoom } from "./features/room/reducer.ts";
import type { RoomInfo } from "./features/room/state.ts";
import { reduceTimer } from "./features/timer/reducer.ts";
import type { TimerState } from "./features/timer/state.ts";
import type { Right, Role, TimeMs } from "./vocabulary.ts";

export interface Me {
  readonly identity: string;
  readonly role: Role;
  readonly rights: readonly Right[];
}

/** A room as one person sees it. What its kind has not, or this person may not see, is absent. */
export interface RoomState {
  /** Of the last event that is in it. */
  readonly seq: number;
  readonly at: TimeMs;
  readonly me: Me;
  readonly room: RoomInfo;
  readonly people: PeopleState;
  readonly lobby?: LobbyState;
  readonly chat?: ChatState;
  readonly questions?: QuestionsState;
  readonly hands?: HandsState;
  readonly timer?: TimerState;
  readonly annotation?: AnnotationState;
  readonly layout?: LayoutState;
  readonly moderation?: ModerationState;
}

/** The state after the event. An event that is already in the state changes nothing. */
export function reduce(state: RoomState, event: FeatureEvent): RoomState {
  if (event.seq <= state.seq) return state;
  return { ...state, ...changes(state, event), seq: event.seq, at: event.at };
}

export const mayI = (state: RoomState | null, right: Right): boolean => state?.me.rights.includes(right) ?? false;

/** What the event makes of the one feature it is about. */
function changes(state: RoomState, event: FeatureEvent): Partial<RoomState> {
  switch (event.feature) {
    case "room":
      return event.type === "rights_changed"
        ? { me: { ...state.me, rights: event.rights, role: event.role } }
        : { room: reduceRoom(state.room, event) };
    case "people":
      return { people: reducePeople(state.people, event) };
    case "lobby":
      return state.lobby ? { lobby: reduceLobby(state.lobby, event) } : {};
    case "chat":
      return state.chat ? { chat: reduceChat(state.chat, event) } : {};
    case "questions":
      return state.questions ? { questions: reduceQuestions(state.questions, event) } : {};
    case "hands":
      return state.hands ? { hands: reduceHands(state.hands, event) } : {};
    case "timer":
      return state.timer ? { timer: reduceTimer(state.timer, event) } : {};
    case "annotation":
      return state.annotation ? { annotation: reduceAnnotation(state.annotation, event) } : {};
    case "layout":
      return state.layout ? { layout: reduceLayout(state.layout, event) } : {};
    case "moderation":
      return state.moderation ? { moderation: reduceModeration(state.moderation, event) } : {};
    case "reactions":
      return {};
  }
  return {};
}
