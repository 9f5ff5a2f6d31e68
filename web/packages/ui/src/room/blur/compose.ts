import type { SegmenterResults } from "./segmenter.ts";

/** The background is blurred at a quarter of the size: it shows no difference, and slow machines have a sixteenth of the work. */
const PART = 4;
/** Of the picture's height: nothing on a wall behind can be read, and things are colours. */
const BLUR = 22 / 720;
/** Of the picture's height: hair ends softly. */
const EDGE = 3 / 720;
/** Of the picture's height: the model sees hair a little smaller than it is. */
const MARGIN = 10 / 720;
/** A blur reaches so many times its radius. */
const REACH = 2;
/** How often what a blur has made half transparent is laid over itself, so that it closes. */
const LAYERS = 4;

export type Compose = (results: SegmenterResults) => void;

/** Draws the person of each picture before his blurred background. */
export function composer(context: CanvasRenderingContext2D): Compose {
  const cut = layer();
  const blurred = layer();
  return ({ image, segmentationMask }) => {
    const { width, height } = context.canvas;
    const radius = (BLUR * height) / PART;
    const rim = Math.ceil(REACH * radius);
    const inner: Box = { x: rim, y: rim, width: Math.ceil(width / PART), height: Math.ceil(height / PART) };
    for (const { canvas } of [cut, blurred]) sized(canvas, inner.width + 2 * rim, inner.height + 2 * rim);
    cutOut(cut, image, segmentationMask, inner);
    blur(blurred, image, cut, inner, radius);
    person(context, image, segmentationMask);
    context.globalCompositeOperation = "destination-over";
    context.drawImage(blurred.canvas, inner.x, inner.y, inner.width, inner.height, 0, 0, width, height);
    context.globalCompositeOperation = "source-over";
  };
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function layer(): CanvasRenderingContext2D {
  const context = document.createElement("canvas").getContext("2d");
  if (!context) throw new Error("no 2D canvas");
  return context;
}

/** Setting a size, the same too, empties a canvas and all that belongs to it. */
function sized(canvas: HTMLCanvasElement, width: number, height: number): void {
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
}

/** In its place, and around it something like it: a blur would make the edges half transparent. */
function spread(context: CanvasRenderingContext2D, image: CanvasImageSource, { x, y, width, height }: Box): void {
  context.drawImage(image, 0, 0, context.canvas.width, context.canvas.height);
  context.drawImage(image, x, y, width, height);
}

/** The picture without the person, and a little more of it. */
function cutOut(context: CanvasRenderingContext2D, image: CanvasImageSource, mask: CanvasImageSource, inner: Box): void {
  context.globalCompositeOperation = "source-over";
  spread(context, image, inner);
  context.globalCompositeOperation = "destination-out";
  context.filter = `blur(${MARGIN * inner.height}px)`;
  for (let times = 0; times < LAYERS; times++) context.drawImage(mask, inner.x, inner.y, inner.width, inner.height);
  context.filter = "none";
}

/** What is behind the person, closed over him by what is beside him: his own colours would shine around him. */
function blur(context: CanvasRenderingContext2D, image: CanvasImageSource, around: CanvasRenderingContext2D, inner: Box, radius: number): void {
  context.filter = `blur(${radius}px)`;
  spread(context, image, inner);
  for (let times = 0; times < LAYERS; times++) context.drawImage(around.canvas, 0, 0);
  context.filter = "none";
}

function person(context: CanvasRenderingContext2D, image: CanvasImageSource, mask: CanvasImageSource): void {
  const { width, height } = context.canvas;
  context.globalCompositeOperation = "copy";
  context.filter = `blur(${EDGE * height}px)`;
  context.drawImage(mask, 0, 0, width, height);
  context.filter = "none";
  context.globalCompositeOperation = "source-in";
  context.drawImage(image, 0, 0, width, height);
}
