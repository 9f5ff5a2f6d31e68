/** The wanted ones in the order in which they were shown; what is new comes last. */
export function inHeldOrder<One extends { readonly id: string }>(shown: readonly string[], wanted: readonly One[]): One[] {
  const places = new Map(shown.map((id, place) => [id, place]));
  const placeOf = ({ id }: One) => places.get(id) ?? shown.length;
  // Sorting is stable: the new ones stay as they were among each other.
  return [...wanted].sort((a, b) => placeOf(a) - placeOf(b));
}

/** How many have to be moved, at the least, to come from one order of the same ids to the other. */
export function movedCount(shown: readonly string[], wanted: readonly string[]): number {
  const places = new Map(wanted.map((id, place) => [id, place]));
  /** At `length - 1`, where the longest row that need not move ends, among those of that length (patience sorting). */
  const ends: number[] = [];
  for (const id of shown) {
    const place = places.get(id) ?? 0;
    const found = ends.findIndex((end) => end >= place);
    ends[found === -1 ? ends.length : found] = place;
  }
  return shown.length - ends.length;
}
