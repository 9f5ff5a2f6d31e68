import { textOf } from "../i18n/text.ts";
import { en } from "./text.en.ts";
import { zh } from "./text.zh.ts";

/** The sentences of the meeting. */
export const useRoomText = textOf({ en, "zh-CN": zh });
export type RoomText = ReturnType<typeof useRoomText>;
