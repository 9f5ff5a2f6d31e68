import { composer } from "./compose.ts";
import { type Segmenter, loadSegmenter } from "./segmenter.ts";

const FRAME_MS = 1000 / 30;

export interface BlurredTrack {
  track: MediaStreamTrack;
  stop: () => void;
}

/** Blurs what is behind the person in a camera's picture. The source stays open and is the caller's. */
export async function blurredTrack(source: MediaStreamTrack): Promise<BlurredTrack> {
  const segmenter = await loadSegmenter();
  const video = await play(source);
  const canvas = document.createElement("canvas");
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  const context = canvas.getContext("2d");
  if (!context) throw new Error("no 2D canvas");
  segmenter.onResults(composer(context));
  const timer = feed(segmenter, video, canvas);
  const track = canvas.captureStream(30).getVideoTracks()[0];
  if (!track) throw new Error("the canvas gave no video track");
  return {
    track,
    stop: () => {
      window.clearInterval(timer);
      track.stop();
      video.srcObject = null;
      void segmenter.close();
    },
  };
}

/** Whether this browser has what the blur needs; without it the choice is not shown. */
export function canBlur(): boolean {
  const canvas = document.createElement("canvas");
  return (
    typeof canvas.captureStream === "function" &&
    "filter" in CanvasRenderingContext2D.prototype &&
    canvas.getContext("webgl2") !== null &&
    hasSimd()
  );
}

async function play(source: MediaStreamTrack): Promise<HTMLVideoElement> {
  const video = document.createElement("video");
  video.muted = true;
  video.playsInline = true;
  video.srcObject = new MediaStream([source]);
  await video.play();
  if (video.videoWidth === 0) {
    await new Promise((done) => video.addEventListener("resize", done, { once: true }));
  }
  return video;
}

function feed(segmenter: Segmenter, video: HTMLVideoElement, canvas: HTMLCanvasElement): number {
  let busy = false;
  return window.setInterval(() => {
    // A slow machine drops frames; it does not queue them.
    if (busy || video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return;
    if (canvas.width !== video.videoWidth) {
      canvas.width = video.videoWidth;
      canvas.height = video.videoHeight;
    }
    busy = true;
    segmenter.send({ image: video }).finally(() => (busy = false));
  }, FRAME_MS);
}

/** A module of one function with a SIMD instruction (`i32x4.splat`, then `drop`). */
function hasSimd(): boolean {
  return WebAssembly.validate(
    new Uint8Array([
      0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 10, 9, 1, 7, 0, 65, 0, 253, 17, 26, 11,
    ]),
  );
}
