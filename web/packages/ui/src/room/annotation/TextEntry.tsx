import { useEffect, useRef, useState } from "react";
import { useRoomText } from "../text.ts";

const MAX_CHARACTERS = 120;

/** A line of text typed where it will stand. Enter keeps it, Escape drops it. */
export function TextEntry({ at, colour, onDone }: { at: readonly [number, number]; colour: string; onDone: (words: string) => void }) {
  const text = useRoomText();
  const [words, setWords] = useState("");
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => box.current?.focus(), []);
  return (
    <input
      ref={box}
      className="room-text-entry"
      style={{ left: at[0], top: at[1], color: colour }}
      aria-label={text("tool_text")}
      placeholder={text("typeHere")}
      maxLength={MAX_CHARACTERS}
      value={words}
      onChange={(event) => setWords(event.target.value)}
      onBlur={() => onDone(words.trim())}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.nativeEvent.isComposing) return;
        if (event.key === "Enter") onDone(words.trim());
        if (event.key === "Escape") onDone("");
      }}
    />
  );
}
