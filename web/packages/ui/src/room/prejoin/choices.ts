import { type Choices, type Memory, recall, remember } from "@stoa/models/prejoin";
import { keep, kept } from "../../theme/storage.ts";

const DEVICE_KEY = "stoa.device";
const memory: Memory = { getItem: kept, setItem: keep };

export const rememberedChoices = (): Choices => recall(memory);

export function rememberChoices(change: Partial<Choices>): Choices {
  const next = { ...rememberedChoices(), ...change };
  remember(memory, next);
  return next;
}

/** A random string kept by this browser, so that a guest who comes back is the same person. */
export function deviceId(): string {
  const known = kept(DEVICE_KEY);
  if (known) return known;
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const made = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  keep(DEVICE_KEY, made);
  return made;
}
