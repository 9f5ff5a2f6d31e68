import type { Brush, Pen } from "@stoa/models/annotation";
import type { Rect } from "@stoa/models/stage";
import type { Tool } from "@stoa/sdk";
import { type KeyboardEvent, type PointerEvent, useEffect, useState } from "react";
import { useRoomText } from "../text.ts";
import { COLOURS, type Drawing, useView } from "../view.tsx";
import { ofPicture, type Point, toPicture } from "./place.ts";
import { TextEntry } from "./TextEntry.tsx";
import { usePointer } from "./usePen.ts";

type Props = {
  surface: string;
  tileKey: string;
  name: string;
  rect: Rect;
  mirrored: boolean;
  drawing: Drawing;
  pen: Pen;
};

/** One per cent of the picture by an arrow key, five with Shift. */
const STEP = 0.01;
const LARGE_STEP = 0.05;
/** As long as one speaks about what one has marked. */
const FADE_MS = 6_000;
/** As a part of the picture's width. */
const WIDTHS: Record<Tool, number> = {
  pen: 0.004, highlighter: 0.02, line: 0.004, arrow: 0.005, rectangle: 0.004, ellipse: 0.004, text: 0.004,
};

/** Takes strokes by mouse, finger, pen or keyboard. */
export function Pad({ surface, tileKey, name, rect, mirrored, drawing, pen }: Props) {
  const text = useRoomText();
  const { setSurface } = useView();
  const laser = usePointer();
  const [isDown, setDown] = useState(false);
  const [writing, setWriting] = useState<Point | null>(null);
  const [cursor, setCursor] = useState<Point | null>(null);
  const { tool } = drawing;
  useEffect(() => pen.up, [pen, tool]);

  const place = (event: { clientX: number; clientY: number }, node: Element): Point => {
    const box = node.getBoundingClientRect();
    return toPicture(event.clientX - box.left, event.clientY - box.top, rect, mirrored);
  };
  const down = (at: Point) => {
    setSurface(tileKey);
    if (tool === "text") return setWriting(at);
    if (tool === "laser") return laser.move(surface, pointOf(at));
    setDown(true);
    pen.down(surface, pointOf(at), { ...brushOf(drawing, tool), tool });
  };
  const up = () => {
    setDown(false);
    pen.up();
  };
  const pointerDown = (event: PointerEvent<HTMLDivElement>) => {
    if (event.button !== 0 || writing) return;
    event.preventDefault();
    event.currentTarget.focus({ preventScroll: true });
    event.currentTarget.setPointerCapture(event.pointerId);
    down(place(event, event.currentTarget));
  };
  const pointerMove = (event: PointerEvent<HTMLDivElement>) => {
    const node = event.currentTarget;
    if (tool === "laser") return laser.move(surface, pointOf(place(event, node)));
    if (!isDown) return;
    const between = event.nativeEvent.getCoalescedEvents?.() ?? [];
    pen.move((between.length > 0 ? between : [event.nativeEvent]).map((one) => pointOf(place(one, node))));
  };
  const keyed = (event: KeyboardEvent<HTMLDivElement>) => {
    const step = event.shiftKey ? LARGE_STEP : STEP;
    const by = moves[event.key];
    if (by) {
      event.preventDefault();
      event.stopPropagation();
      const next = moved(cursor ?? [0.5, 0.5], by, step, mirrored);
      setCursor(next);
      if (tool === "laser") laser.move(surface, pointOf(next));
      else if (isDown) pen.move([pointOf(next)]);
    } else if (event.key === " " || event.key === "Enter") {
      event.preventDefault();
      event.stopPropagation();
      const at = cursor ?? [0.5, 0.5];
      setCursor(at);
      if (isDown) up();
      else down(at);
    }
  };
  return (
    <>
      <div
        className={`room-pad room-pad-${tool}`}
        role="application"
        tabIndex={0}
        aria-label={`${text("surfaceLabel", { name })}. ${text("keyboardPen")}`}
        onPointerDown={pointerDown}
        onPointerMove={pointerMove}
        onPointerUp={up}
        onPointerCancel={up}
        onKeyDown={keyed}
        onBlur={() => setCursor(null)}
      >
        {cursor && <Cursor at={ofPicture(...cursor, rect, mirrored)} colour={COLOURS[drawing.colour]} />}
      </div>
      {writing && (
        <TextEntry
          at={ofPicture(...writing, rect, mirrored)}
          colour={COLOURS[drawing.colour]}
          onDone={(words) => {
            if (words) pen.write(surface, pointOf(writing), words, brushOf(drawing, "text"));
            setWriting(null);
          }}
        />
      )}
    </>
  );
}

const pointOf = ([x, y]: Point) => ({ x, y });

const brushOf = ({ colour, fades }: Drawing, tool: Tool): Omit<Brush, "tool"> => ({
  color: COLOURS[colour],
  width: WIDTHS[tool],
  fade_ms: fades ? FADE_MS : null,
});

const moves: Record<string, Point | undefined> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

function moved([x, y]: Point, [across, down]: Point, step: number, mirrored: boolean): Point {
  const clamp = (value: number) => Math.min(1, Math.max(0, value));
  return [clamp(x + across * step * (mirrored ? -1 : 1)), clamp(y + down * step)];
}

function Cursor({ at, colour }: { at: Point; colour: string }) {
  return <span className="room-pad-cursor" style={{ left: at[0], top: at[1], borderColor: colour }} aria-hidden />;
}
