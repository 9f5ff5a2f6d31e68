import type { Tool } from "@stoa/sdk";
import { memo } from "react";

/** What is needed to show a stroke; the room's strokes and one's own unfinished ones alike. */
export interface Shape {
  readonly tool: Tool;
  readonly color: string;
  /** As a part of the picture's width. */
  readonly width: number;
  readonly points: readonly number[];
  readonly text?: string | null;
}

type Props = {
  stroke: Shape;
  width: number;
  height: number;
  mirrored: boolean;
  /** Perhaps not on the others' screens yet: paler, and dashed where it is a line. */
  isUnsure?: boolean;
};

/** As parts of the line's width. */
const DASH = [2, 2.5];

/** The height of letters as a multiple of the stroke's width: 0.004 × 9 is legible on a phone. */
const LETTER = 9;
const HEAD_ANGLE = Math.PI / 7;

export const StrokeShape = memo(function StrokeShape({ stroke, width, height, mirrored, isUnsure = false }: Props) {
  const points = pairs(stroke.points).map(([x, y]): Point => [(mirrored ? 1 - x : x) * width, y * height]);
  const first = points[0];
  const last = points[points.length - 1];
  if (!first || !last) return null;
  const thickness = Math.max(1.5, stroke.width * width);
  const unsure = isUnsure ? { opacity: 0.55, strokeDasharray: DASH.map((part) => part * thickness).join(" ") } : {};
  const pen = { stroke: stroke.color, strokeWidth: thickness, fill: "none", strokeLinecap: "round", strokeLinejoin: "round", ...unsure } as const;
  switch (stroke.tool) {
    case "pen":
      return <path {...pen} d={smooth(points)} />;
    case "highlighter":
      return <path {...pen} d={smooth(points)} strokeOpacity={0.4} strokeLinecap="butt" />;
    case "line":
      return <line {...pen} x1={first[0]} y1={first[1]} x2={last[0]} y2={last[1]} />;
    case "arrow":
      return <path {...pen} d={arrow(first, last, thickness)} />;
    case "rectangle":
      return <rect {...pen} {...box(first, last)} rx={2} />;
    case "ellipse": {
      const { x, y, width: across, height: down } = box(first, last);
      return <ellipse {...pen} cx={x + across / 2} cy={y + down / 2} rx={across / 2} ry={down / 2} />;
    }
    case "text":
      return (
        <text className="room-drawn-text" opacity={isUnsure ? 0.55 : 1} x={first[0]} y={first[1]} fill={stroke.color} fontSize={Math.max(11, stroke.width * LETTER * width)}>
          {stroke.text}
        </text>
      );
  }
});

type Point = readonly [number, number];

function pairs(points: readonly number[]): Point[] {
  const found: Point[] = [];
  for (let at = 0; at + 1 < points.length; at += 2) found.push([points[at] ?? 0, points[at + 1] ?? 0]);
  return found;
}

/** A curve through the middles between the points: hands do not draw corners. */
function smooth(points: readonly Point[]): string {
  const [first, ...rest] = points;
  if (!first) return "";
  // A dot: a line of no length with round ends.
  if (rest.length === 0) return `M${at(first)}h0.01`;
  let path = `M${at(first)}`;
  rest.forEach((point, index) => {
    const next = rest[index + 1];
    path += next ? `Q${at(point)} ${at([(point[0] + next[0]) / 2, (point[1] + next[1]) / 2])}` : `L${at(point)}`;
  });
  return path;
}

function arrow(from: Point, to: Point, thickness: number): string {
  const angle = Math.atan2(to[1] - from[1], to[0] - from[0]);
  const length = Math.min(Math.hypot(to[0] - from[0], to[1] - from[1]) / 2, thickness * 6);
  const side = (turn: number): Point => [to[0] - length * Math.cos(angle + turn), to[1] - length * Math.sin(angle + turn)];
  return `M${at(from)}L${at(to)}M${at(side(HEAD_ANGLE))}L${at(to)}L${at(side(-HEAD_ANGLE))}`;
}

const box = (a: Point, b: Point) => ({
  x: Math.min(a[0], b[0]),
  y: Math.min(a[1], b[1]),
  width: Math.abs(a[0] - b[0]),
  height: Math.abs(a[1] - b[1]),
});

const at = ([x, y]: Point) => `${x.toFixed(1)},${y.toFixed(1)}`;
