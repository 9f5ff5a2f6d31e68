import type { Quality } from "./banner.ts";

/** The sign in the corner of a tile: nothing where all is well, so that a sign means something. */
export type Sign = "none" | "weak" | "lost" | "picture_paused";

export interface Seen {
  readonly quality: Quality;
  /** The server holds this picture back on my link. */
  readonly paused: boolean;
  /** That person sends a picture, and should be seen. */
  readonly has_picture: boolean;
}

export function signOf({ quality, paused, has_picture }: Seen): Sign {
  if (quality === "lost") return "lost";
  if (has_picture && paused) return "picture_paused";
  return quality === "poor" ? "weak" : "none";
}

/** Bars from 0 to 3, for a list where everyone has a sign. */
export function barsOf(quality: Quality): 0 | 1 | 2 | 3 {
  switch (quality) {
    case "excellent":
      return 3;
    case "good":
    case "unknown":
      return 2;
    case "poor":
      return 1;
    case "lost":
      return 0;
  }
}
