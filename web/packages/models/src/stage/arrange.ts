import type { Rect, Size } from "./geometry.ts";
import { type GridLimits, gridFor, limitsFor } from "./grid.ts";

export interface Arrangement {
  /** Tiles that are on another page have none. */
  readonly rects: ReadonlyMap<string, Rect>;
  /** From 0; never beyond the last. */
  readonly page: number;
  readonly pages: number;
}

const STRIP = { width: 220, height: 124 };
const LOW_STRIP = { width: 128, height: 96 };

/** All tiles alike, each row in the middle. */
export function arrangeGrid(
  keys: readonly string[],
  container: Size,
  page = 0,
  limits: GridLimits = limitsFor(container),
): Arrangement {
  const { columns, tile, per_page, pages } = gridFor(keys.length, container, limits);
  const shown = Math.min(Math.max(0, page), pages - 1);
  const some = keys.slice(shown * per_page, (shown + 1) * per_page);
  const rows = Math.ceil(some.length / columns);
  const top = (container.height - extent(rows, tile.height, limits.gap_px)) / 2;
  const rects = new Map<string, Rect>();
  some.forEach((key, at) => {
    const row = Math.floor(at / columns);
    const inRow = Math.min(columns, some.length - row * columns);
    const left = (container.width - extent(inRow, tile.width, limits.gap_px)) / 2;
    rects.set(key, {
      left: left + (at % columns) * (tile.width + limits.gap_px),
      top: top + row * (tile.height + limits.gap_px),
      ...tile,
    });
  });
  return { rects, page: shown, pages };
}

/** The shape of old screens; today's are wider, and all leave an upright container mostly empty. */
const SCREEN_SHAPE = 4 / 3;

/** A shared screen: as `arrangeFocus`, but in an upright container no higher than a screen, so that the others have the rest. */
export function arrangeScreen(focus: string, keys: readonly string[], container: Size, page = 0): Arrangement {
  const limits = limitsFor(container);
  const others = keys.filter((key) => key !== focus);
  const height = container.width / SCREEN_SHAPE;
  const rest = { width: container.width, height: container.height - height - limits.gap_px };
  if (others.length === 0 || rest.height < LOW_STRIP.height) return arrangeFocus(focus, keys, container, page, limits);
  const below = arrangeGrid(others, rest, page, limits);
  const rects = new Map<string, Rect>([[focus, { left: 0, top: 0, width: container.width, height }]]);
  for (const [key, rect] of below.rects) rects.set(key, { ...rect, top: rect.top + height + limits.gap_px });
  return { ...below, rects };
}

/** One tile large; the others in a strip beside it where the container is wide, below it otherwise. */
export function arrangeFocus(
  focus: string,
  keys: readonly string[],
  container: Size,
  page = 0,
  limits: GridLimits = limitsFor(container),
): Arrangement {
  const others = keys.filter((key) => key !== focus);
  if (others.length === 0) return { rects: new Map([[focus, { left: 0, top: 0, ...container }]]), page: 0, pages: 1 };
  const beside = container.width > container.height && container.width >= 3 * STRIP.width;
  const tile = beside ? STRIP : LOW_STRIP;
  const length = beside ? container.height : container.width;
  const step = (beside ? tile.height : tile.width) + limits.gap_px;
  const per_page = Math.max(1, Math.floor((length + limits.gap_px) / step));
  const pages = Math.ceil(others.length / per_page);
  const shown = Math.min(Math.max(0, page), pages - 1);
  const some = others.slice(shown * per_page, (shown + 1) * per_page);
  const begin = Math.max(0, (length - (some.length * step - limits.gap_px)) / 2);
  const width = beside ? container.width - tile.width - limits.gap_px : container.width;
  const height = beside ? container.height : container.height - tile.height - limits.gap_px;
  const rects = new Map<string, Rect>([[focus, { left: 0, top: 0, width, height: Math.max(0, height) }]]);
  some.forEach((key, at) => {
    const along = begin + at * step;
    rects.set(key, {
      left: beside ? container.width - tile.width : along,
      top: beside ? along : container.height - tile.height,
      ...tile,
    });
  });
  return { rects, page: shown, pages };
}

const extent = (count: number, size: number, gap: number) => count * size + (count - 1) * gap;
