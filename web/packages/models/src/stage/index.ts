export { type Arrangement, arrangeFocus, arrangeGrid, arrangeScreen } from "./arrange.ts";
export { type Focus, focusOf, type FocusReason, followed, type Tile, tileKey, type TileSource, type Wishes } from "./focus.ts";
export type { Rect, Size } from "./geometry.ts";
export { type Grid, gridFor, type GridLimits, limitsFor } from "./grid.ts";
export { keepOrder, promote, type Promotion } from "./order.ts";
export { NOBODY, type Speaker, speakerDue, steadySpeaker, TAKES_THE_WORD_MS } from "./speaker.ts";
export { type Stage, stage, type StageInput, type StageView } from "./stage.ts";
