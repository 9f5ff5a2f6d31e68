import type { Size } from "./geometry.ts";

export interface GridLimits {
  readonly gap_px: number;
  /** Below this a face cannot be read any more. */
  readonly min_tile_width_px: number;
  /** As many decoders as the device bears. */
  readonly max_tiles: number;
  /** Width by height between which a tile may be, so that faces stay whole. */
  readonly narrowest: number;
  readonly widest: number;
}

export interface Grid {
  readonly columns: number;
  readonly rows: number;
  readonly tile: Size;
  readonly per_page: number;
  readonly pages: number;
}

/** More decoders at once make phones hot; the screen of a desk carries a class. */
const MAX_TILES = { phone: 8, desk: 25 };
const PHONE_BELOW_PX = 640;

export function limitsFor(container: Size): GridLimits {
  const phone = Math.min(container.width, container.height) < PHONE_BELOW_PX && container.width < 2 * PHONE_BELOW_PX;
  return {
    gap_px: 8,
    min_tile_width_px: phone ? 140 : 180,
    max_tiles: phone ? MAX_TILES.phone : MAX_TILES.desk,
    // Cameras of desks lie on their side: in upright tiles they would leave more than they show.
    narrowest: phone ? 3 / 4 : 4 / 3,
    widest: 16 / 9,
  };
}

/**
 * The grid in which `count` tiles are as large as they can be. What does not fit goes to further
 * pages, which all have the cells of the first, so that tiles keep their size when one turns over.
 */
export function gridFor(count: number, container: Size, limits: GridLimits = limitsFor(container)): Grid {
  let per_page = Math.max(1, Math.min(count, limits.max_tiles));
  let cells = bestCells(per_page, container, limits);
  while (per_page > 1 && cells.tile.width < limits.min_tile_width_px) {
    per_page -= 1;
    cells = bestCells(per_page, container, limits);
  }
  return { ...cells, per_page, pages: Math.max(1, Math.ceil(count / per_page)) };
}

function bestCells(count: number, container: Size, limits: GridLimits): Pick<Grid, "columns" | "rows" | "tile"> {
  let best = { columns: 1, rows: count, tile: { width: 0, height: 0 } };
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns);
    const tile = shaped(
      (container.width - (columns - 1) * limits.gap_px) / columns,
      (container.height - (rows - 1) * limits.gap_px) / rows,
      limits,
    );
    if (tile.width * tile.height > best.tile.width * best.tile.height) best = { columns, rows, tile };
  }
  return best;
}

function shaped(width: number, height: number, { narrowest, widest }: GridLimits): Size {
  if (width <= 0 || height <= 0) return { width: 0, height: 0 };
  const shape = Math.min(widest, Math.max(narrowest, width / height));
  return width / height > shape ? { width: height * shape, height } : { width, height: width / shape };
}
