import type { Rect, Size } from "../stage/geometry.ts";

/** As the CSS property `object-fit`, with the picture in the middle. */
export type Fit = "cover" | "contain";

/** How a picture lies in its element. */
export interface Placing {
  /** The picture's own size, of which only the shape counts. */
  readonly picture: Size;
  /** The element's content box, in CSS pixels. */
  readonly element: Size;
  readonly fit: Fit;
  /** Shown as in a mirror, as one's own camera is. */
  readonly mirrored: boolean;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Where the picture lies; with `cover` partly outside of the element. */
export function pictureRect({ picture, element, fit }: Omit<Placing, "mirrored">): Rect {
  if (picture.width <= 0 || picture.height <= 0) return { left: 0, top: 0, ...element };
  const across = element.width / picture.width;
  const down = element.height / picture.height;
  const scale = fit === "cover" ? Math.max(across, down) : Math.min(across, down);
  const width = picture.width * scale;
  const height = picture.height * scale;
  return { left: (element.width - width) / 2, top: (element.height - height) / 2, width, height };
}

/** From a point of the element to the picture's own frame (0 to 1). Beside the picture: its nearest edge. */
export function toPicture(point: Point, placing: Placing): Point {
  const rect = pictureRect(placing);
  if (rect.width <= 0 || rect.height <= 0) return { x: 0, y: 0 };
  const x = clamp((point.x - rect.left) / rect.width);
  return { x: placing.mirrored ? 1 - x : x, y: clamp((point.y - rect.top) / rect.height) };
}

/** From the picture's own frame to a point of the element. */
export function toElement({ x, y }: Point, placing: Placing): Point {
  const rect = pictureRect(placing);
  return { x: rect.left + (placing.mirrored ? 1 - x : x) * rect.width, y: rect.top + y * rect.height };
}

/** Whether the point is on the picture, and not on the bars beside it. */
export function isOnPicture(point: Point, placing: Placing): boolean {
  const { left, top, width, height } = pictureRect(placing);
  return point.x >= left && point.x <= left + width && point.y >= top && point.y <= top + height;
}

/**
 * Where more of the picture would be lost, the whole of it is shown with bars. A desk's camera may
 * fill a phone's upright tile (three by four): a face in the middle is larger so. A phone's upright
 * picture is not cut to a tile that lies on its side.
 */
const MOST_CROPPED = 0.6;

/** Fills the tile where little is lost. `whole` is for shared screens and close-ups. */
export function fitOf(picture: Size, tile: Size, whole: boolean): Fit {
  if (whole || picture.width <= 0 || picture.height <= 0 || tile.height <= 0) return "contain";
  const ratio = picture.width / picture.height / (tile.width / tile.height);
  return 1 - Math.min(ratio, 1 / ratio) > MOST_CROPPED ? "contain" : "cover";
}

const clamp = (value: number) => Math.min(1, Math.max(0, value));
