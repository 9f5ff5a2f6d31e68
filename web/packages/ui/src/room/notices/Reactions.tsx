import { useEffect, useState } from "react";
import { useNameOf, useRoomEvent } from "../session.tsx";
import { useRoomText } from "../text.ts";

const FLOATS_MS = 4_000;
/** A hall that applauds shall not hide the stage. */
const MOST_AT_ONCE = 30;

interface Floating {
  key: number;
  emoji: string;
  name: string;
  /** From 0 to 1 across the column in which they rise. */
  place: number;
}

let nextKey = 0;

/** Reactions rise over the stage for a moment. */
export function Reactions() {
  const text = useRoomText();
  const nameOf = useNameOf();
  const [floating, setFloating] = useState<readonly Floating[]>([]);
  useRoomEvent("reactions.sent", ({ identity, emoji }) => {
    const key = nextKey++;
    const place = ((key * 37) % 100) / 100;
    setFloating((all) => [...all, { key, emoji, name: nameOf(identity, text("someone")), place }].slice(-MOST_AT_ONCE));
  });
  useEffect(() => {
    const first = floating[0];
    if (!first) return;
    const timer = setTimeout(() => setFloating((all) => all.filter((one) => one.key !== first.key)), FLOATS_MS);
    return () => clearTimeout(timer);
  }, [floating]);
  return (
    <div className="room-reactions" aria-live="polite" aria-relevant="additions">
      {floating.map(({ key, emoji, name, place }) => (
        <span key={key} style={{ "--place": place } as React.CSSProperties}>
          <span>{emoji}</span> <small>{name}</small>
        </span>
      ))}
    </div>
  );
}
