import { cell, type LayoutState, type Readable } from "@stoa/sdk";
import { type Clock, realClock } from "../clock.ts";
import { type Arrangement, arrangeFocus, arrangeGrid, arrangeScreen } from "./arrange.ts";
import { type Focus, focusOf, type Tile, tileKey } from "./focus.ts";
import type { Size } from "./geometry.ts";
import { keepOrder, promote } from "./order.ts";
import { NOBODY, type Speaker, speakerDue, steadySpeaker } from "./speaker.ts";

/** Who was brought onto the screen stays at least so long, even when others speak. */
const STAYS_MS = 10_000;

export interface StageView extends Arrangement {
  readonly order: readonly string[];
  readonly focus: Focus | null;
  /** Identity of who has the word. */
  readonly speaker: string | null;
}

/** What the stage is made of. Give each as it changes; what is the same changes nothing. */
export interface StageInput {
  /** Mine first, the others in the order of coming. */
  readonly tiles: readonly Tile[];
  /** Identities, loudest first. */
  readonly speaking: readonly string[];
  readonly container: Size;
  readonly mode: "grid" | "speaker";
  readonly page: number;
  readonly pinned: string | null;
  readonly layout: LayoutState | null;
  readonly me: string;
}

export interface Stage extends Readable<StageView> {
  readonly give: (change: Partial<StageInput>) => void;
  readonly close: () => void;
}

const EMPTY: StageInput = {
  tiles: [],
  speaking: [],
  container: { width: 0, height: 0 },
  mode: "grid",
  page: 0,
  pinned: null,
  layout: null,
  me: "",
};

/** Which tile stands where. Tiles do not jump: see `keepOrder` and `promote`. */
export function stage(first: Partial<StageInput> = {}, clock: Clock = realClock): Stage {
  let input: StageInput = { ...EMPTY, ...first };
  let order: readonly string[] = [];
  let speaker: Speaker = NOBODY;
  const spoke_at = new Map<string, number>();
  const promoted_at = new Map<string, number>();
  let cancel = () => {};

  const look = (): StageView => {
    const now = clock.now();
    const others = input.speaking.filter((identity) => identity !== input.me);
    speaker = steadySpeaker(speaker, others, now);
    for (const identity of input.speaking) spoke_at.set(tileKey(identity, "camera"), now);
    order = keepOrder(order, input.tiles.map((tile) => tile.key));
    const focus = focusOf(input.tiles, { ...input, speaker: speaker.steady });
    let arrangement = arranged(order, focus, input);
    if (speaker.steady !== null && others.includes(speaker.steady)) {
      const key = tileKey(speaker.steady, "camera");
      const visible = new Set(arrangement.rects.keys());
      const next = promote(order, { speaker: key, visible, fixed: fixed(focus, now), spoke_at });
      if (next !== order) {
        promoted_at.set(key, now);
        order = next;
        arrangement = arranged(order, focus, input);
      }
    }
    cancel();
    const due = speakerDue(speaker, now);
    cancel = due === null ? () => {} : clock.after(due, () => view.set(look()));
    return { ...arrangement, order, focus, speaker: speaker.steady };
  };

  const fixed = (focus: Focus | null, now: number) => {
    const recent = [...promoted_at].filter(([, at]) => now - at < STAYS_MS).map(([key]) => key);
    const mine = input.tiles.filter((tile) => tile.is_local || tile.source === "screen_share").map((tile) => tile.key);
    return new Set([...recent, ...mine, ...(focus ? [focus.key] : [])]);
  };

  const view = cell(look());
  return {
    getSnapshot: view.getSnapshot,
    subscribe: view.subscribe,
    give: (change) => {
      const keys = Object.keys(change) as (keyof StageInput)[];
      if (keys.every((key) => Object.is(change[key], input[key]))) return;
      input = { ...input, ...change };
      view.set(look());
    },
    close: () => cancel(),
  };
}

function arranged(order: readonly string[], focus: Focus | null, { tiles, container, page }: StageInput): Arrangement {
  if (!focus) return arrangeGrid(order, container, page);
  const source = tiles.find(({ key }) => key === focus.key)?.source;
  return (source === "screen_share" ? arrangeScreen : arrangeFocus)(focus.key, order, container, page);
}
