import { usePreJoinText } from "./text.ts";
import { useLevel } from "./useLevel.ts";

const BARS = 12;

/** A row of bars that follows the voice. */
export function LevelMeter({ track }: { track: MediaStreamTrack | null }) {
  const text = usePreJoinText();
  const level = useLevel(track);
  const lit = Math.round(level * BARS);
  return (
    <span
      className="room-level"
      role="meter"
      aria-label={text("level")}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(level * 100)}
    >
      {Array.from({ length: BARS }, (_, at) => (
        <span key={at} className={at < lit ? "lit" : ""} />
      ))}
    </span>
  );
}
