/**
 * View models of the pre-join page and the meeting: what is to be seen, decided without DOM and
 * framework. Pure functions where a decision hangs on its arguments only; a `Readable` (of the SDK,
 * as React's `useSyncExternalStore` takes it) where time or events come in. Time is an argument.
 *
 * Deliberately absent: words (there are message keys), elements, and devices themselves.
 */
export * from "./annotation/index.ts";
export { type Clock, realClock } from "./clock.ts";
export * from "./connection/index.ts";
export type { Message } from "./message.ts";
export * from "./network/index.ts";
export * from "./prejoin/index.ts";
export * from "./questions/index.ts";
export * from "./shortcuts/index.ts";
export * from "./stage/index.ts";
export * from "./toasts/index.ts";
