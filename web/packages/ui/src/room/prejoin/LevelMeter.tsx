import { usePreJoinText } from "./text.ts";
import { useLevel } from "./useLevel.ts";

const BARS = 12;

/** A row of bars that follows the voice, and a word when nothing was heard for long. */
export function LevelMeter({ track }: { track: MediaStreamTrack | null }) {
  const text = usePreJoinText();
  const { value, silent } = useLevel(track);
  const lit = Math.round(value * BARS);
  return (
    <>
      <span
        className="room-level"
        role="meter"
        aria-label={text("level")}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(value * 100)}
      >
        {Array.from({ length: BARS }, (_, at) => (
          <span key={at} className={at < lit ? "lit" : ""} />
        ))}
      </span>
      {silent && track && (
        <span className="room-device-note" role="status">
          {text("silent")}
        </span>
      )}
    </>
  );
}
