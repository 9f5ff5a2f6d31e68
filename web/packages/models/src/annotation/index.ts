export type { EchoStroke } from "./drawing.ts";
export { type Brush, type Pen, pen, type PenOptions, withEcho } from "./pen.ts";
export { type Fit, fitOf, isOnPicture, pictureRect, type Placing, type Point, toElement, toPicture } from "./picture.ts";
export { type Laser, type Lasers, lasers, pointer } from "./pointer.ts";
export { simplified } from "./simplify.ts";
