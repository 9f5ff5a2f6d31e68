import { type Placing, toElement, toPicture as pictureOf } from "@stoa/models/annotation";
import type { Size } from "@stoa/models/stage";

export type Point = readonly [x: number, y: number];

/** The drawing layer lies exactly on the picture, so both have one shape. */
const placing = (layer: Size, mirrored: boolean): Placing => ({ picture: layer, element: layer, fit: "contain", mirrored });

/** From a point of the layer, in CSS pixels, to the picture's own frame (0 to 1). */
export function toPicture(x: number, y: number, layer: Size, mirrored: boolean): Point {
  const point = pictureOf({ x, y }, placing(layer, mirrored));
  return [point.x, point.y];
}

/** From the picture's own frame to the layer. */
export function ofPicture(x: number, y: number, layer: Size, mirrored: boolean): Point {
  const point = toElement({ x, y }, placing(layer, mirrored));
  return [point.x, point.y];
}
