import {
  type Cell,
  type FeatureCommands,
  MAX_POINTS_PER_EXTENSION,
  MAX_POINTS_PER_STROKE,
  RefusalError,
  type Stroke,
  type StrokeBegin,
  type Tool,
} from "@stoa/sdk";
import { type Clock, realClock } from "../clock.ts";
import type { Point } from "./picture.ts";
import { simplified } from "./simplify.ts";

/**
 * Thirty commands a second: every other frame of a screen, half the pace that a room bears of each, and
 * of the 100 ms that a line may take to the others' screens a third at most.
 */
const SEND_EVERY_MS = 33;
/** A third of a pixel on a picture of 1280: what is left out cannot be seen. */
const TOLERANCE = 0.000_25;
/** Commands that may await their answer; on a slow way points gather instead of queueing. */
const MAX_UNDER_WAY = 4;
/** The event of a command comes with its answer, or a moment after it; so does a snapshot after a connection. */
const EVENTS_FOLLOW_WITHIN_MS = 1_000;
/** An answer takes a round trip. Whoever waits longer should see that the others may not see it yet. */
const ANSWER_WITHIN_MS = 2_000;
/** Between two tries to agree with the room; each time twice as long. */
const TRY_AGAIN_MS = { first: 1_000, longest: 8_000 };
/** The room rounds to a hundred-thousandth. */
const SAME_PLACE = 0.000_1;
/** Tools whose first and last point say it all. */
const SPANNING: ReadonlySet<Tool> = new Set<Tool>(["line", "arrow", "rectangle", "ellipse"]);

/** A stroke of mine as far as I have drawn it. */
export interface EchoStroke extends Stroke {
  /** The room has not answered for a while: the others may not see it yet. */
  readonly isUnsure: boolean;
}

export interface DrawingOptions {
  readonly commands: Pick<FeatureCommands["annotation"], "begin" | "extend" | "finish">;
  /** A stroke that the room refused; it is not shown any more. */
  readonly refused: (error: unknown) => void;
  /** The connection broke within a stroke, and the room has kept its beginning only; that is shown now. */
  readonly cutShort: () => void;
  readonly clock?: Clock;
}

/**
 * One stroke from the first point to the last. What the room leaves unanswered is neither given up
 * nor taken for granted: nothing more is sent until the connection stands, the room says what it has
 * of the stroke, and the rest follows from there.
 */
export class Drawing {
  readonly id: string;
  readonly #options: DrawingOptions;
  readonly #clock: Clock;
  readonly #echo: Cell<readonly EchoStroke[]>;
  readonly #begin: StrokeBegin;
  readonly #spanning: boolean;
  /** All points that went out, in order. */
  #sent: number[];
  #unsent: number[] = [];
  #sentAt: number;
  #underWay = 0;
  /** Answers to what was sent before a doubt say nothing any more. */
  #round = 0;
  #cancelSending: (() => void) | null = null;
  #cancelWatch: (() => void) | null = null;
  #isUp = false;
  #isFinishing = false;
  #isOver = false;
  #isConnected: boolean;
  #isInDoubt = false;
  #tryAgainMs = TRY_AGAIN_MS.first;
  /** What the room shows of it. */
  #shown: Stroke | null = null;

  constructor(options: DrawingOptions, echo: Cell<readonly EchoStroke[]>, stroke: Stroke, isConnected: boolean) {
    this.id = stroke.id;
    this.#options = options;
    this.#clock = options.clock ?? realClock;
    this.#echo = echo;
    this.#begin = beginOf(stroke);
    this.#spanning = SPANNING.has(stroke.tool);
    this.#sent = [...stroke.points];
    this.#sentAt = this.#clock.now();
    this.#isConnected = isConnected;
    echo.update((strokes) => [...strokes, { ...stroke, isUnsure: false }]);
    if (isConnected) this.#carry(options.commands.begin(this.#begin));
    else this.#doubt();
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  move(points: readonly Point[]): void {
    if (this.#isUp || this.#isOver || points.length === 0) return;
    const added = points.flatMap(({ x, y }) => [x, y]);
    const shown = this.#spanning ? added.slice(-2) : added;
    this.#unsent = this.#spanning ? shown : [...this.#unsent, ...added];
    this.#change((stroke) => ({ ...stroke, points: [...(this.#spanning ? stroke.points.slice(0, 2) : stroke.points), ...shown] }));
    this.#schedule();
  }

  up(): void {
    if (this.#isUp) return;
    this.#isUp = true;
    this.#send();
  }

  connected(isConnected: boolean): void {
    if (this.#isOver || this.#isConnected === isConnected) return;
    this.#isConnected = isConnected;
    if (!isConnected) this.#doubt();
    else this.#agreeAfter(TRY_AGAIN_MS.first);
  }

  /** What the room shows of it; null: nothing. */
  shown(stroke: Stroke | null): void {
    const wasShown = this.#shown !== null;
    this.#shown = stroke;
    // Done and whole, as far as we know; or wiped away while the answers were missing.
    if (stroke?.done && !this.#isInDoubt) this.#end();
    if (stroke === null && wasShown && this.#isInDoubt) this.#end();
  }

  #schedule(): void {
    if (this.#cancelSending !== null || this.#isOver || this.#isInDoubt) return;
    const wait = Math.max(0, this.#sentAt + SEND_EVERY_MS - this.#clock.now());
    this.#cancelSending = this.#clock.after(wait, () => {
      this.#cancelSending = null;
      this.#send();
    });
  }

  #send(): void {
    if (this.#isOver || this.#isFinishing || this.#isInDoubt) return;
    // Answers call it again.
    if (this.#underWay >= MAX_UNDER_WAY) return;
    if (this.#unsent.length > 0) this.#extend();
    if (this.#unsent.length > 0) return this.#schedule();
    if (!this.#isUp) return;
    this.#isFinishing = true;
    this.#cancelSending?.();
    const finished = this.#options.commands.finish(this.id).then(() => {
      // The room shows it now, or somebody has wiped it away already: then we never see it done.
      this.#clock.after(EVENTS_FOLLOW_WITHIN_MS, () => this.#end());
    });
    this.#carry(finished);
  }

  #extend(): void {
    // The point before goes along, so that the first new stretch is judged as it is seen.
    const batch = this.#spanning ? this.#unsent : simplified([...this.#sent.slice(-2), ...this.#unsent], TOLERANCE).slice(2);
    const room = 2 * Math.min(MAX_POINTS_PER_EXTENSION, MAX_POINTS_PER_STROKE - this.#sent.length / 2);
    const points = batch.slice(0, room);
    this.#unsent = room > 0 ? batch.slice(room) : [];
    if (points.length === 0) return;
    this.#sent = [...this.#sent, ...points];
    this.#sentAt = this.#clock.now();
    this.#carry(this.#options.commands.extend(this.id, points));
  }

  #carry(command: Promise<unknown>): void {
    const round = this.#round;
    this.#underWay += 1;
    this.#watch();
    command.then(
      () => round === this.#round && this.#answered(),
      (error: unknown) => round === this.#round && this.#failed(error),
    );
  }

  #answered(): void {
    this.#underWay -= 1;
    this.#watch();
    if (this.#unsent.length > 0 || this.#isUp) this.#schedule();
  }

  /** Says that it is unsure, when answers take long; and that it is not, when one has come. */
  #watch(): void {
    this.#cancelWatch?.();
    this.#unsure(false);
    if (this.#underWay > 0) this.#cancelWatch = this.#clock.after(ANSWER_WITHIN_MS, () => this.#unsure(true));
  }

  /** Refused, the stroke is not on the others' screens: showing it here would deceive. */
  #failed(error: unknown): void {
    if (this.#isOver) return;
    // After a time without connection much is said at once.
    if (!(error instanceof RefusalError) || error.code === "too_fast") return this.#doubt();
    this.#end();
    // Somebody has wiped it away, which one sees.
    if (error.code !== "no_such_stroke") this.#options.refused(error);
  }

  #doubt(): void {
    if (this.#isOver) return;
    this.#round += 1;
    this.#underWay = 0;
    this.#isInDoubt = true;
    this.#isFinishing = false;
    for (const cancel of [this.#cancelSending, this.#cancelWatch]) cancel?.();
    this.#cancelSending = null;
    this.#unsure(true);
    if (this.#isConnected) this.#agreeAfter(this.#tryAgainMs);
  }

  #agreeAfter(wait_ms: number): void {
    const round = this.#round;
    this.#tryAgainMs = Math.min(2 * wait_ms, TRY_AGAIN_MS.longest);
    this.#clock.after(wait_ms, () => {
      if (round === this.#round && this.#isInDoubt && this.#isConnected && !this.#isOver) this.#agree();
    });
  }

  /** Beginning the same stroke again changes nothing; its answer comes after all that went before it. */
  #agree(): void {
    const round = this.#round;
    this.#options.commands.begin(this.#begin).then(
      () => this.#clock.after(EVENTS_FOLLOW_WITHIN_MS, () => round === this.#round && !this.#isOver && this.#compare()),
      (error: unknown) => round === this.#round && this.#failed(error),
    );
  }

  /** Goes on from what the room has, if that is how mine begins. */
  #compare(): void {
    const shown = this.#shown;
    if (shown === null) return this.#agreeAfter(this.#tryAgainMs);
    const mine = [...this.#sent, ...this.#unsent];
    const isMissing = shown.points.length < mine.length;
    const isBeginning = shown.points.every((value, at) => Math.abs(value - clamped(mine[at])) < SAME_PLACE);
    if (!isBeginning || (shown.done && (isMissing || !this.#isUp))) {
      this.#end();
      return this.#options.cutShort();
    }
    if (shown.done) return this.#end();
    this.#isInDoubt = false;
    this.#tryAgainMs = TRY_AGAIN_MS.first;
    this.#sent = mine.slice(0, shown.points.length);
    this.#unsent = mine.slice(shown.points.length);
    this.#unsure(false);
    this.#send();
  }

  #unsure(isUnsure: boolean): void {
    this.#change((stroke) => (stroke.isUnsure === isUnsure ? stroke : { ...stroke, isUnsure }));
  }

  #change(change: (stroke: EchoStroke) => EchoStroke): void {
    const before = this.#echo.getSnapshot();
    const after = before.map((stroke) => (stroke.id === this.id ? change(stroke) : stroke));
    if (after.some((stroke, at) => stroke !== before[at])) this.#echo.set(after);
  }

  /** It is the room's from now on. */
  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#isUp = true;
    for (const cancel of [this.#cancelSending, this.#cancelWatch]) cancel?.();
    this.#echo.update((strokes) => strokes.filter((stroke) => stroke.id !== this.id));
  }
}

const clamped = (value = 0) => Math.min(1, Math.max(0, value));

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
