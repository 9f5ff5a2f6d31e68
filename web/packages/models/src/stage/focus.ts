import type { LayoutState, ViewMode } from "@stoa/sdk";

export type TileSource = "camera" | "screen_share";

export interface Tile {
  readonly key: string;
  readonly identity: string;
  readonly source: TileSource;
  readonly is_local: boolean;
}

/** The key of a person's camera or screen; nobody has two of one kind. */
export const tileKey = (identity: string, source: TileSource): string => `${identity}/${source}`;

export interface Wishes {
  readonly mode: "grid" | "speaker";
  /** A tile's key. */
  readonly pinned: string | null;
  readonly layout: LayoutState | null;
  /** My identity: nobody follows himself. */
  readonly me: string;
  /** Identity of who has the word. */
  readonly speaker: string | null;
}

export type FocusReason = "pinned" | "led" | "spotlight" | "close_up" | "screen" | "speaker";

export interface Focus {
  readonly key: string;
  readonly reason: FocusReason;
}

/**
 * The tile that is large, or null for a grid. What I pinned goes before what the leader shows, that
 * before the spotlight, that before a close-up, that before a shared screen, that before who speaks.
 */
export function focusOf(tiles: readonly Tile[], { mode, pinned, layout, me, speaker }: Wishes): Focus | null {
  const shown = (reason: FocusReason, ...keys: (string | null | undefined)[]): Focus | null => {
    const key = keys.find((key) => tiles.some((tile) => tile.key === key));
    return key ? { key, reason } : null;
  };
  const of = (identity: string | null | undefined, source: TileSource) => identity && tileKey(identity, source);
  const led = followed(layout, me);
  const closeUp = layout && [...layout.close_up].reverse().find((identity) => identity !== me);
  const screen = [...tiles].reverse().find((tile) => tile.source === "screen_share" && !tile.is_local);
  const chosen =
    shown("pinned", pinned) ??
    shown("led", of(led?.pinned, "screen_share"), of(led?.pinned, "camera")) ??
    shown("spotlight", layout?.spotlight && tileKey(layout.spotlight.identity, layout.spotlight.source)) ??
    shown("close_up", of(closeUp, "camera")) ??
    shown("screen", screen?.key);
  if (chosen || modeOf(mode, led?.mode) === "grid") return chosen;
  const other = tiles.find((tile) => !tile.is_local) ?? tiles[0];
  return shown("speaker", of(speaker, "camera"), other?.key);
}

/** What the leader shows me; nothing when I lead, or nobody does. */
export const followed = (layout: LayoutState | null, me: string): LayoutState["view"] =>
  layout?.leader && layout.leader !== me ? layout.view : null;

const modeOf = (mine: "grid" | "speaker", led: ViewMode | undefined): "grid" | "speaker" =>
  led === undefined ? mine : led === "grid" ? "grid" : "speaker";
