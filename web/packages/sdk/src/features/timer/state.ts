import type { TimeMs } from "../../vocabulary.ts";

export interface Timer {
  readonly label: string;
  readonly total_ms: number;
  /** When it rings; null while it is paused. */
  readonly ends_at: TimeMs | null;
  /** What is left while it is paused. */
  readonly remaining_ms: number | null;
}

export interface TimerState {
  readonly timer: Timer | null;
}
