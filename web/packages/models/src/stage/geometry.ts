/** In CSS pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Relative to the container's upper left corner. */
export interface Rect extends Size {
  readonly left: number;
  readonly top: number;
}
