import type { Incoming } from "./transport/transport.ts";

/** A JSON object; null when the text is none. */
export function parseObject(text: string): Incoming | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Incoming) : null;
  } catch {
    return null;
  }
}
