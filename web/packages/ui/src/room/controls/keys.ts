import { type Action, CHORDS, keysOf } from "@stoa/models/shortcuts";

export const isMac = typeof navigator !== "undefined" && /Mac|iPhone|iPad/.test(navigator.platform);

/** A shortcut as it is printed on this computer's keyboard: "Alt A", "⌥ A". */
export const keysFor = (action: Action): string => keysOf(CHORDS[action], isMac).join(" ");
