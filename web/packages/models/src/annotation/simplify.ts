/**
 * Leaves out points that no eye would miss: those closer than `tolerance` to the line between the
 * ones that stay (Ramer 1972, Douglas and Peucker 1973). First and last stay. Points are
 * x0, y0, x1, y1, …; the tolerance is in the same unit.
 */
export function simplified(points: readonly number[], tolerance: number): readonly number[] {
  const count = points.length >> 1;
  if (count <= 2) return points;
  const stays = new Uint8Array(count);
  stays[0] = stays[count - 1] = 1;
  const stretches: [number, number][] = [[0, count - 1]];
  for (let stretch = stretches.pop(); stretch; stretch = stretches.pop()) {
    const [from, to] = stretch;
    const { at, distance } = farthest(points, from, to);
    if (distance <= tolerance) continue;
    stays[at] = 1;
    stretches.push([from, at], [at, to]);
  }
  const left: number[] = [];
  for (let at = 0; at < count; at++) if (stays[at]) left.push(points[2 * at] as number, points[2 * at + 1] as number);
  return left;
}

function farthest(points: readonly number[], from: number, to: number): { at: number; distance: number } {
  const [x0, y0] = pointAt(points, from);
  const [x1, y1] = pointAt(points, to);
  let best = { at: from, distance: -1 };
  for (let at = from + 1; at < to; at++) {
    const [x, y] = pointAt(points, at);
    const distance = toSegment(x, y, x0, y0, x1, y1);
    if (distance > best.distance) best = { at, distance };
  }
  return best;
}

function toSegment(x: number, y: number, x0: number, y0: number, x1: number, y1: number): number {
  const [dx, dy] = [x1 - x0, y1 - y0];
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : Math.min(1, Math.max(0, ((x - x0) * dx + (y - y0) * dy) / length));
  return Math.hypot(x - (x0 + along * dx), y - (y0 + along * dy));
}

const pointAt = (points: readonly number[], at: number): [number, number] => [
  points[2 * at] as number,
  points[2 * at + 1] as number,
];
