import type { TimeMs } from "./vocabulary.ts";

/** What every event carries beside its own fields. `seq` grows within a room; gaps are events for others. */
export interface Envelope {
  readonly seq: number;
  readonly at: TimeMs;
}

/** The union of a feature's events, from the table of their types and fields. */
export type EventsOf<Feature extends string, Table> = {
  [Type in keyof Table & string]: Envelope & { readonly feature: Feature; readonly type: Type } & Table[Type];
}[keyof Table & string];

/** A command's payload and reply. */
export interface Command<Params, Reply = Record<never, never>> {
  readonly params: Params;
  readonly reply: Reply;
}
