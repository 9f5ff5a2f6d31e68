import { keep, kept } from "../../theme/storage.ts";

/**
 * What a person chose on the pre-join page, kept by this browser: devices by their ids, whether the
 * microphone and camera were on, the blur, and the name under which he last joined.
 */
export interface Choices {
  cameraId: string | null;
  microphoneId: string | null;
  speakerId: string | null;
  microphoneOn: boolean;
  /** `null` until the person decides: then the room's own default counts. */
  cameraOn: boolean | null;
  blur: boolean;
}

const KEY = "stoa.meet.choices";
const NAME_KEY = "stoa.meet.name";
const DEVICE_KEY = "stoa.meet.device";

const defaults: Choices = {
  cameraId: null,
  microphoneId: null,
  speakerId: null,
  microphoneOn: true,
  cameraOn: null,
  blur: false,
};

export function rememberedChoices(): Choices {
  const known = readJson(KEY);
  if (typeof known !== "object" || known === null) return { ...defaults };
  const field = <T>(name: keyof Choices, is: (value: unknown) => value is T, other: T): T => {
    const value = (known as Record<string, unknown>)[name];
    return is(value) ? value : other;
  };
  return {
    cameraId: field("cameraId", isId, null),
    microphoneId: field("microphoneId", isId, null),
    speakerId: field("speakerId", isId, null),
    microphoneOn: field("microphoneOn", isBoolean, true),
    cameraOn: field("cameraOn", isBooleanOrNull, null),
    blur: field("blur", isBoolean, false),
  };
}

export function rememberChoices(choices: Choices): void {
  keep(KEY, JSON.stringify(choices));
}

export function rememberedName(): string {
  return kept(NAME_KEY) ?? "";
}

export function rememberName(name: string): void {
  keep(NAME_KEY, name);
}

/** A random string kept by this browser, so that a guest who comes back is the same person. */
export function deviceId(): string {
  const known = kept(DEVICE_KEY);
  if (known) return known;
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const made = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  keep(DEVICE_KEY, made);
  return made;
}

const isId = (value: unknown): value is string | null =>
  value === null || (typeof value === "string" && value.length <= 512);
const isBoolean = (value: unknown): value is boolean => typeof value === "boolean";
const isBooleanOrNull = (value: unknown): value is boolean | null =>
  value === null || typeof value === "boolean";

function readJson(key: string): unknown {
  try {
    return JSON.parse(kept(key) ?? "null");
  } catch {
    return null;
  }
}
