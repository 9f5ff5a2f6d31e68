import { type AnnotationCommands, annotationCommands } from "./features/annotation/commands.ts";
import { type ChatCommands, chatCommands } from "./features/chat/commands.ts";
import { type HandsCommands, handsCommands } from "./features/hands/commands.ts";
import { type LayoutCommands, layoutCommands } from "./features/layout/commands.ts";
import { type LobbyCommands, lobbyCommands } from "./features/lobby/commands.ts";
import { type ModerationCommands, moderationCommands } from "./features/moderation/commands.ts";
import { type PeopleCommands, peopleCommands } from "./features/people/commands.ts";
import { type QuestionsCommands, questionsCommands } from "./features/questions/commands.ts";
import { type ReactionsCommands, reactionsCommands } from "./features/reactions/commands.ts";
import { type RoomCommands, roomCommands } from "./features/room/commands.ts";
import { type TimerCommands, timerCommands } from "./features/timer/commands.ts";

/** Every command of a room: its name, payload and reply. */
export interface Commands
  extends RoomCommands,
    PeopleCommands,
    LobbyCommands,
    ChatCommands,
    QuestionsCommands,
    HandsCommands,
    ReactionsCommands,
    TimerCommands,
    AnnotationCommands,
    LayoutCommands,
    ModerationCommands {}

export type Method = keyof Commands;

/** Sends one command; rejects with `RefusalError` when the room refuses it. */
export type Send = <M extends Method>(method: M, params: Commands[M]["params"]) => Promise<Commands[M]["reply"]>;

/** The commands as functions, grouped by feature. */
export const commandsOf = (send: Send) => ({
  room: roomCommands(send),
  people: peopleCommands(send),
  lobby: lobbyCommands(send),
  chat: chatCommands(send),
  questions: questionsCommands(send),
  hands: handsCommands(send),
  reactions: reactionsCommands(send),
  timer: timerCommands(send),
  annotation: annotationCommands(send),
  layout: layoutCommands(send),
  moderation: moderationCommands(send),
});

export type FeatureCommands = ReturnType<typeof commandsOf>;
