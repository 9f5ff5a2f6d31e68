import type { Command } from "../../event.ts";
import type { Send } from "../../commands.ts";
import type { Drawers, Tool } from "./state.ts";

export interface StrokeBegin {
  /** Made by the client, see `freshId`. */
  readonly id: string;
  readonly surface: string;
  readonly tool: Tool;
  readonly color: string;
  readonly width: number;
  readonly points: readonly number[];
  readonly text?: string;
  readonly fade_ms?: number;
}

export interface AnnotationCommands {
  "annotation.begin": Command<StrokeBegin>;
  "annotation.extend": Command<{ readonly id: string; readonly points: readonly number[] }>;
  "annotation.finish": Command<{ readonly id: string }>;
  "annotation.undo": Command<{ readonly surface: string }>;
  "annotation.clear": Command<{ readonly surface: string; readonly whose: "mine" | "all" }>;
  "annotation.allow": Command<{ readonly surface: string; readonly who: Drawers }>;
  "annotation.point": Command<{ readonly surface: string; readonly x: number; readonly y: number }>;
}

export const annotationCommands = (send: Send) => ({
  begin: (stroke: StrokeBegin) => send("annotation.begin", stroke),
  extend: (id: string, points: readonly number[]) => send("annotation.extend", { id, points }),
  finish: (id: string) => send("annotation.finish", { id }),
  /** Takes back my own last stroke. */
  undo: (surface: string) => send("annotation.undo", { surface }),
  clear: (surface: string, whose: "mine" | "all") => send("annotation.clear", { surface, whose }),
  allow: (surface: string, who: Drawers) => send("annotation.allow", { surface, who }),
  point: (surface: string, x: number, y: number) => send("annotation.point", { surface, x, y }),
});
