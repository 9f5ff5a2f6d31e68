import {
  type Cell,
  cell,
  type FeatureCommands,
  freshId,
  MAX_POINTS_PER_EXTENSION,
  MAX_POINTS_PER_STROKE,
  type Readable,
  type Stroke,
  type StrokeBegin,
  type Tool,
} from "@stoa/sdk";
import { type Clock, realClock } from "../clock.ts";
import type { Point } from "./picture.ts";
import { simplified } from "./simplify.ts";

/** Twenty commands a second: smooth to the eye, and within the pace that a room bears of each. */
const SEND_EVERY_MS = 50;
/** A third of a pixel on a picture of 1280: what is left out cannot be seen. */
const TOLERANCE = 0.000_25;
/** Commands that may await their answer; on a slow way points gather instead of queueing. */
const MAX_UNDER_WAY = 4;
/** The event of a command comes with its answer, or a moment after it. */
const ECHO_ENDS_AFTER_MS = 1_000;
/** Tools whose first and last point say it all. */
const SPANNING: ReadonlySet<Tool> = new Set<Tool>(["line", "arrow", "rectangle", "ellipse"]);

export interface Brush {
  readonly tool: Exclude<Tool, "text">;
  readonly color: string;
  /** As a part of the picture's width. */
  readonly width: number;
  readonly fade_ms: number | null;
}

export interface Pen {
  /** My strokes that the room has not yet shown whole, for `withEcho`. */
  readonly echo: Readable<readonly Stroke[]>;
  /** Begins a stroke. Points are in the picture's own frame, see `toPicture`. */
  readonly down: (surface: string, point: Point, brush: Brush) => void;
  /** All points since the last call: `getCoalescedEvents` gives those between two frames. */
  readonly move: (points: readonly Point[]) => void;
  readonly up: () => void;
  /** Writes a text with its upper left corner there. */
  readonly write: (surface: string, point: Point, text: string, brush: Omit<Brush, "tool">) => void;
  /** Tells the pen what the room shows, so that it stops showing the same itself. */
  readonly settle: (strokes: readonly Stroke[]) => void;
}

export interface PenOptions {
  readonly me: { readonly identity: string; readonly name: string };
  readonly commands: Pick<FeatureCommands["annotation"], "begin" | "extend" | "finish">;
  /** A stroke that the room refused; it is not shown any more. */
  readonly refused: (error: unknown) => void;
  readonly clock?: Clock;
}

/** Draws for one person: shows a stroke at once and sends it in batches. */
export function pen(options: PenOptions): Pen {
  const echo = cell<readonly Stroke[]>([]);
  let drawing: Drawing | null = null;
  const start = (surface: string, point: Point, brush: Omit<Brush, "tool"> & { tool: Tool }, text: string | null) => {
    drawing?.up();
    drawing = new Drawing(options, echo, strokeOf(options.me, surface, point, brush, text));
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
      const shown = new Set(strokes.filter((stroke) => stroke.done).map((stroke) => stroke.id));
      if (echo.getSnapshot().some((stroke) => shown.has(stroke.id))) {
        echo.update((mine) => mine.filter((stroke) => !shown.has(stroke.id)));
      }
    },
  };
}

/** The strokes of a surface, mine as far as I have drawn them. */
export function withEcho(strokes: readonly Stroke[], echo: readonly Stroke[], surface: string): readonly Stroke[] {
  const mine = echo.filter((stroke) => stroke.surface === surface);
  if (mine.length === 0) return strokes;
  const ids = new Set(mine.map((stroke) => stroke.id));
  return [...strokes.filter((stroke) => !ids.has(stroke.id)), ...mine];
}

/** One stroke from the first point to the last. */
class Drawing {
  readonly #options: PenOptions;
  readonly #clock: Clock;
  readonly #echo: Cell<readonly Stroke[]>;
  readonly #id: string;
  readonly #spanning: boolean;
  #unsent: number[] = [];
  #last: readonly [number, number];
  #count = 1;
  #sentAt: number;
  #underWay = 0;
  #cancel: (() => void) | null = null;
  #over = false;
  #finished = false;
  #refused = false;

  constructor(options: PenOptions, echo: Cell<readonly Stroke[]>, stroke: Stroke) {
    this.#options = options;
    this.#clock = options.clock ?? realClock;
    this.#echo = echo;
    this.#id = stroke.id;
    this.#spanning = SPANNING.has(stroke.tool);
    this.#last = [stroke.points[0] as number, stroke.points[1] as number];
    this.#sentAt = this.#clock.now();
    echo.update((strokes) => [...strokes, stroke]);
    this.#carry(options.commands.begin(beginOf(stroke)));
  }

  move(points: readonly Point[]): void {
    if (this.#over || this.#refused || points.length === 0) return;
    const added = points.flatMap(({ x, y }) => [x, y]);
    const shown = this.#spanning ? added.slice(-2) : added;
    this.#unsent = this.#spanning ? shown : [...this.#unsent, ...added];
    this.#echo.update((strokes) =>
      strokes.map((stroke) =>
        stroke.id === this.#id ? { ...stroke, points: [...this.#kept(stroke), ...shown] } : stroke,
      ),
    );
    this.#schedule();
  }

  up(): void {
    if (this.#over) return;
    this.#over = true;
    this.#send();
  }

  #kept({ points }: Stroke): readonly number[] {
    return this.#spanning ? points.slice(0, 2) : points;
  }

  #schedule(): void {
    if (this.#cancel !== null || this.#refused) return;
    const wait = Math.max(0, this.#sentAt + SEND_EVERY_MS - this.#clock.now());
    this.#cancel = this.#clock.after(wait, () => {
      this.#cancel = null;
      this.#send();
    });
  }

  #send(): void {
    if (this.#refused || this.#finished) return;
    // Answers call it again.
    if (this.#underWay >= MAX_UNDER_WAY) return;
    if (this.#unsent.length > 0) this.#extend();
    const rest = this.#unsent.length > 0;
    if (rest) return this.#schedule();
    if (!this.#over) return;
    this.#finished = true;
    this.#cancel?.();
    this.#carry(
      this.#options.commands.finish(this.#id).then(() => {
        // The room shows it now, or somebody has wiped it away already: then `settle` never sees it done.
        this.#clock.after(ECHO_ENDS_AFTER_MS, () => this.#forget());
      }),
    );
  }

  #extend(): void {
    // The point before goes along, so that the first new stretch is judged as it is seen.
    const batch = this.#spanning ? this.#unsent : simplified([...this.#last, ...this.#unsent], TOLERANCE).slice(2);
    const room = 2 * Math.min(MAX_POINTS_PER_EXTENSION, MAX_POINTS_PER_STROKE - this.#count);
    const points = batch.slice(0, room);
    this.#unsent = room > 0 ? [...batch.slice(room)] : [];
    if (points.length === 0) return;
    this.#last = [points[points.length - 2] as number, points[points.length - 1] as number];
    this.#count += points.length / 2;
    this.#sentAt = this.#clock.now();
    this.#carry(this.#options.commands.extend(this.#id, points));
  }

  #carry(command: Promise<unknown>): void {
    this.#underWay += 1;
    command.then(
      () => this.#answered(),
      (error: unknown) => this.#refuse(error),
    );
  }

  #answered(): void {
    this.#underWay -= 1;
    if (this.#unsent.length > 0 || this.#over) this.#schedule();
  }

  /** The stroke is not, or not wholly, on the others' screens: showing it here would deceive. */
  #refuse(error: unknown): void {
    this.#underWay -= 1;
    if (this.#refused) return;
    this.#refused = true;
    this.#cancel?.();
    this.#forget();
    this.#options.refused(error);
  }

  #forget(): void {
    const left = this.#echo.getSnapshot().filter((stroke) => stroke.id !== this.#id);
    if (left.length < this.#echo.getSnapshot().length) this.#echo.set(left);
  }
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

const beginOf = (stroke: Stroke): StrokeBegin => ({
  id: stroke.id,
  surface: stroke.surface,
  tool: stroke.tool,
  color: stroke.color,
  width: stroke.width,
  points: stroke.points,
  ...(stroke.text !== null && { text: stroke.text }),
  ...(stroke.fade_ms !== null && { fade_ms: stroke.fade_ms }),
});
