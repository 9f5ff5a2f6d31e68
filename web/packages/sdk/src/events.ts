import type { AnnotationEvent } from "./features/annotation/events.ts";
import type { ChatEvent } from "./features/chat/events.ts";
import type { HandsEvent } from "./features/hands/events.ts";
import type { LayoutEvent } from "./features/layout/events.ts";
import type { LobbyEvent } from "./features/lobby/events.ts";
import type { ModerationEvent } from "./features/moderation/events.ts";
import type { PeopleEvent } from "./features/people/events.ts";
import type { QuestionsEvent } from "./features/questions/events.ts";
import type { ReactionsEvent } from "./features/reactions/events.ts";
import type { RoomFeatureEvent } from "./features/room/events.ts";
import type { TimerEvent } from "./features/timer/events.ts";

/** Everything that a room tells. Narrow by `feature`, then by `type`. */
export type FeatureEvent =
  | RoomFeatureEvent
  | PeopleEvent
  | LobbyEvent
  | ChatEvent
  | QuestionsEvent
  | HandsEvent
  | ReactionsEvent
  | TimerEvent
  | AnnotationEvent
  | LayoutEvent
  | ModerationEvent;

/** `chat.said`, `room.locked`, … */
export type EventName = { [E in FeatureEvent as `${E["feature"]}.${E["type"]}`]: E };

/** The event of that name. */
export type EventNamed<Name extends keyof EventName> = EventName[Name];
