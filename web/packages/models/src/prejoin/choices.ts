/** What a person chose before joining, remembered by the browser. */
export interface Choices {
  readonly camera_id: string | null;
  readonly microphone_id: string | null;
  readonly speaker_id: string | null;
  readonly microphone_on: boolean;
  /** Null until he chose: then the room's own default counts. */
  readonly camera_on: boolean | null;
  readonly blur: boolean;
  readonly name: string;
}

/** The part of `localStorage` that is used. It may throw: private windows and full discs do. */
export interface Memory {
  readonly getItem: (key: string) => string | null;
  readonly setItem: (key: string, value: string) => void;
}

const KEY = "stoa.choices";
/** Device ids of browsers are 64 characters; names are bounded by the server. */
const MAX_TEXT = 512;

export const FIRST_CHOICES: Choices = {
  camera_id: null,
  microphone_id: null,
  speaker_id: null,
  microphone_on: true,
  camera_on: null,
  blur: false,
  name: "",
};

/** What is remembered and makes sense; the defaults for the rest. */
export function recall(memory: Memory): Choices {
  const known = stored(memory);
  const text = (value: unknown): value is string | null =>
    value === null || (typeof value === "string" && value.length <= MAX_TEXT);
  const flag = (value: unknown): value is boolean => typeof value === "boolean";
  const field = <K extends keyof Choices>(key: K, is: (value: unknown) => value is Choices[K]): Choices[K] => {
    const value = known[key];
    return is(value) ? value : FIRST_CHOICES[key];
  };
  return {
    camera_id: field("camera_id", text),
    microphone_id: field("microphone_id", text),
    speaker_id: field("speaker_id", text),
    microphone_on: field("microphone_on", flag),
    camera_on: field("camera_on", (value): value is boolean | null => value === null || flag(value)),
    blur: field("blur", flag),
    name: field("name", (value): value is string => typeof value === "string" && value.length <= MAX_TEXT),
  };
}

/** False when the browser keeps nothing; the choice then holds for this page only. */
export function remember(memory: Memory, choices: Choices): boolean {
  try {
    memory.setItem(KEY, JSON.stringify(choices));
    return true;
  } catch {
    return false;
  }
}

function stored(memory: Memory): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(memory.getItem(KEY) ?? "{}");
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
