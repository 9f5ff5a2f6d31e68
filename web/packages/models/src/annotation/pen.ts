import { cell, freshId, type Readable, type Stroke, type Tool } from "@stoa/sdk";
import { Drawing, type DrawingOptions, type EchoStroke } from "./drawing.ts";
import type { Point } from "./picture.ts";

export interface Brush {
  readonly tool: Exclude<Tool, "text">;
  readonly color: string;
  /** As a part of the picture's width. */
  readonly width: number;
  readonly fade_ms: number | null;
}

export interface Pen {
  /** My strokes that the room has not yet shown whole, for `withEcho`. */
  readonly echo: Readable<readonly EchoStroke[]>;
  /** Begins a stroke. Points are in the picture's own frame, see `toPicture`. */
  readonly down: (surface: string, point: Point, brush: Brush) => void;
  /** All points since the last call: `getCoalescedEvents` gives those between two frames. */
  readonly move: (points: readonly Point[]) => void;
  readonly up: () => void;
  /** Writes a text with its upper left corner there. */
  readonly write: (surface: string, point: Point, text: string, brush: Omit<Brush, "tool">) => void;
  /** Tells the pen what the room shows, so that it stops showing the same itself. */
  readonly settle: (strokes: readonly Stroke[]) => void;
  /** Tells the pen whether the room can be reached. What is drawn meanwhile follows later. */
  readonly connected: (isConnected: boolean) => void;
}

export interface PenOptions extends DrawingOptions {
  readonly me: { readonly identity: string; readonly name: string };
}

/** Draws for one person: shows a stroke at once and sends it in batches. */
export function pen(options: PenOptions): Pen {
  const echo = cell<readonly EchoStroke[]>([]);
  let isConnected = true;
  let drawing: Drawing | null = null;
  let unsettled: Drawing[] = [];
  const start = (surface: string, point: Point, brush: Omit<Brush, "tool"> & { tool: Tool }, text: string | null) => {
    drawing?.up();
    drawing = new Drawing(options, echo, strokeOf(options.me, surface, point, brush, text), isConnected);
    unsettled = [...unsettled.filter((one) => !one.isOver), drawing];
    return drawing;
  };
  return {
    echo,
    down: (surface, point, brush) => void start(surface, point, brush, null),
    move: (points) => drawing?.move(points),
    up: () => {
      drawing?.up();
      drawing = null;
    },
    write: (surface, point, text, brush) => {
      start(surface, point, { ...brush, tool: "text" }, text).up();
      drawing = null;
    },
    settle: (strokes) => {
      for (const one of unsettled) one.shown(strokes.find(({ id }) => id === one.id) ?? null);
    },
    connected: (now) => {
      isConnected = now;
      for (const one of unsettled) one.connected(now);
    },
  };
}

/** The strokes of a surface, mine as far as I have drawn them. */
export function withEcho(strokes: readonly Stroke[], echo: readonly EchoStroke[], surface: string): readonly (Stroke | EchoStroke)[] {
  const mine = echo.filter((stroke) => stroke.surface === surface);
  if (mine.length === 0) return strokes;
  const ids = new Set(mine.map((stroke) => stroke.id));
  return [...strokes.filter((stroke) => !ids.has(stroke.id)), ...mine];
}

const strokeOf = (
  by: Stroke["by"],
  surface: string,
  point: Point,
  brush: Omit<Brush, "tool"> & { readonly tool: Tool },
  text: string | null,
): Stroke => ({
  id: freshId(),
  surface,
  by,
  tool: brush.tool,
  color: brush.color,
  width: brush.width,
  points: [point.x, point.y],
  text,
  fade_ms: brush.fade_ms,
  at: 0,
  done: false,
});
