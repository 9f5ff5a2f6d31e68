import { type Tile as ModelTile, tileKey, type TileSource } from "@stoa/models/stage";
import type { Presence, Publication } from "../media/presence.ts";

/** A tile of the stage's model together with what it shows. */
export interface Tile extends ModelTile {
  readonly presence: Presence;
  readonly publication: Publication | null;
}

/** A camera tile for each person, oneself first, and one for each shared screen. */
export function tilesOf(people: readonly Presence[]): Tile[] {
  const screens = people.filter((one) => one.screen?.track).map((one) => tile(one, "screen_share", one.screen));
  return [...people.map((one) => tile(one, "camera", one.camera)), ...screens];
}

const tile = (presence: Presence, source: TileSource, publication: Publication | null): Tile => ({
  key: tileKey(presence.identity, source),
  identity: presence.identity,
  source,
  is_local: presence.isLocal,
  presence,
  publication,
});
