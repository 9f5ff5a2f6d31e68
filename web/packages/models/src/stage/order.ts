/**
 * The order of tiles after people came and went. A tile keeps its place; newcomers fill the gaps of
 * those who left; what gaps remain are closed by the last tiles, so that one tile moves and not all
 * behind it.
 */
export function keepOrder(before: readonly string[], present: readonly string[]): readonly string[] {
  const here = new Set(present);
  const known = new Set(before);
  const newcomers = present.filter((key) => !known.has(key));
  const slots: (string | undefined)[] = before.map((key) => (here.has(key) ? key : newcomers.shift()));
  const order: string[] = [];
  for (let at = 0; at < slots.length; at++) {
    while (slots.length > at && slots[slots.length - 1] === undefined) slots.pop();
    if (at >= slots.length) break;
    const key = slots[at] ?? slots.pop();
    if (key !== undefined) order.push(key);
  }
  order.push(...newcomers);
  return same(order, before) ? before : order;
}

export interface Promotion {
  /** Who speaks, kept steady by `steadySpeaker`. */
  readonly speaker: string;
  /** The tiles that are on the screen. */
  readonly visible: ReadonlySet<string>;
  /** May not be displaced: my own tile, pinned ones, those promoted a moment ago. */
  readonly fixed: ReadonlySet<string>;
  /** When each last spoke, by the same clock; absent: never. */
  readonly spoke_at: ReadonlyMap<string, number>;
}

/**
 * Brings the one who speaks onto the screen when he is not on it: he changes places with the
 * visible tile that has been silent longest. All others stay.
 */
export function promote(order: readonly string[], { speaker, visible, fixed, spoke_at }: Promotion): readonly string[] {
  if (visible.has(speaker) || !order.includes(speaker)) return order;
  const candidates = order.filter((key) => visible.has(key) && !fixed.has(key));
  const silent = (key: string) => spoke_at.get(key) ?? Number.NEGATIVE_INFINITY;
  // Among equally silent ones the last on the screen: the first places are looked at most.
  const displaced = candidates.reduce<string | null>(
    (best, key) => (best === null || silent(key) <= silent(best) ? key : best),
    null,
  );
  if (displaced === null) return order;
  return order.map((key) => (key === speaker ? displaced : key === displaced ? speaker : key));
}

const same = (a: readonly string[], b: readonly string[]) => a.length === b.length && a.every((key, at) => key === b[at]);
