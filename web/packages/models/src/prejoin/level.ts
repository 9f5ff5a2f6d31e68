/** Below this a room is silent, in dB of full scale. */
const FLOOR_DB = -60;
/** Speech close to a microphone reaches this; above it the bar is full. */
const CEILING_DB = -12;
/** How fast the bar falls, per second: fast enough to see syllables, slow enough not to flicker. */
const FALL_PER_S = 1.5;
/** A microphone that is on and so quiet for so long is probably the wrong one. */
const SILENT_BELOW = 0.03;
const SILENT_AFTER_MS = 5_000;

export interface Level {
  /** From 0 to 1, in equal steps of loudness. */
  readonly value: number;
  /** Nothing was heard for some seconds. */
  readonly silent: boolean;
  readonly at: number;
  readonly heard_at: number;
}

export const firstLevel = (now: number): Level => ({ value: 0, silent: false, at: now, heard_at: now });

/** The level after these samples (from -1 to 1, as an `AnalyserNode` gives them). Rises at once, falls slowly. */
export function nextLevel(before: Level, samples: ArrayLike<number>, now: number): Level {
  const loudness = loudnessOf(samples);
  const fallen = before.value - (FALL_PER_S * (now - before.at)) / 1_000;
  const heard_at = loudness > SILENT_BELOW ? now : before.heard_at;
  return {
    value: Math.max(0, loudness, fallen),
    silent: now - heard_at >= SILENT_AFTER_MS,
    at: now,
    heard_at,
  };
}

export function loudnessOf(samples: ArrayLike<number>): number {
  let sum = 0;
  for (let at = 0; at < samples.length; at++) sum += (samples[at] as number) ** 2;
  const rms = Math.sqrt(sum / Math.max(1, samples.length));
  const db = 20 * Math.log10(Math.max(rms, 1e-6));
  return Math.min(1, Math.max(0, (db - FLOOR_DB) / (CEILING_DB - FLOOR_DB)));
}
