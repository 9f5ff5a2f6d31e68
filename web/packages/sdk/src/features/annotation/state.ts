import type { TimeMs } from "../../vocabulary.ts";

export const TOOLS = ["pen", "highlighter", "line", "arrow", "rectangle", "ellipse", "text"] as const;
export type Tool = (typeof TOOLS)[number];

/** Who may draw on a surface. */
export type Drawers = "everyone" | "hosts" | "nobody";

export interface Stroke {
  readonly id: string;
  /** The track that is drawn on. */
  readonly surface: string;
  readonly by: { readonly identity: string; readonly name: string };
  readonly tool: Tool;
  /** As in CSS, e.g. `#e5484d`. */
  readonly color: string;
  /** As a part of the picture's width. */
  readonly width: number;
  /** x0, y0, x1, y1, …, each from 0 to 1 of the picture's own width and height. */
  readonly points: readonly number[];
  readonly text: string | null;
  /** Goes away so long after it is done; null stays. */
  readonly fade_ms: number | null;
  readonly at: TimeMs;
  readonly done: boolean;
}

export interface Surface {
  readonly surface: string;
  readonly who: Drawers;
  readonly strokes: readonly Stroke[];
}

export interface AnnotationState {
  readonly surfaces: readonly Surface[];
}

/** Bounds that the server sets. */
export const MAX_POINTS_PER_STROKE = 2_000;
export const MAX_STROKES_PER_SURFACE = 500;
export const MAX_POINTS_PER_EXTENSION = 64;
