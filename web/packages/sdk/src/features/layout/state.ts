export type ViewMode = "grid" | "speaker" | "stage";
export type Spotlit = { readonly identity: string; readonly source: "camera" | "screen_share" };

export interface View {
  readonly mode: ViewMode;
  /** Identity of the person whose tile is large. */
  readonly pinned: string | null;
}

export interface LayoutState {
  readonly spotlight: Spotlit | null;
  /** Whose cameras are shown at source resolution, sharpness before frame rate. */
  readonly close_up: readonly string[];
  /** Whose view the others follow. */
  readonly leader: string | null;
  readonly view: View | null;
}
