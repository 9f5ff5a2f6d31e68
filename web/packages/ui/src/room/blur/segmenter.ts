import graphUrl from "@mediapipe/selfie_segmentation/selfie_segmentation.binarypb?url&no-inline";
import scriptUrl from "@mediapipe/selfie_segmentation/selfie_segmentation.js?url&no-inline";
import modelUrl from "@mediapipe/selfie_segmentation/selfie_segmentation_landscape.tflite?url&no-inline";
import loaderUrl from "@mediapipe/selfie_segmentation/selfie_segmentation_solution_simd_wasm_bin.js?url&no-inline";
import wasmUrl from "@mediapipe/selfie_segmentation/selfie_segmentation_solution_simd_wasm_bin.wasm?url&no-inline";

/** The part of MediaPipe's selfie segmentation that is used here (its script declares a global). */
export interface Segmenter {
  setOptions(options: { modelSelection: 0 | 1; selfieMode: boolean }): void;
  onResults(listener: (results: SegmenterResults) => void): void;
  initialize(): Promise<void>;
  send(inputs: { image: CanvasImageSource }): Promise<void>;
  close(): Promise<void>;
}

export interface SegmenterResults {
  image: CanvasImageSource;
  segmentationMask: CanvasImageSource;
}

type SegmenterConstructor = new (config: { locateFile: (name: string) => string }) => Segmenter;

/** All files come from our own server: the library would otherwise fetch them from a CDN. */
const files: Record<string, string> = {
  "selfie_segmentation.binarypb": graphUrl,
  "selfie_segmentation_landscape.tflite": modelUrl,
  "selfie_segmentation_solution_simd_wasm_bin.js": loaderUrl,
  "selfie_segmentation_solution_simd_wasm_bin.wasm": wasmUrl,
};

/** The landscape model: 144 × 256, made for calls, half the work of the square one. */
const LANDSCAPE = 1;

export async function loadSegmenter(): Promise<Segmenter> {
  await loadScript(scriptUrl);
  const { SelfieSegmentation } = globalThis as unknown as { SelfieSegmentation?: SegmenterConstructor };
  if (!SelfieSegmentation) throw new Error("the segmentation script did not declare its class");
  const segmenter = new SelfieSegmentation({ locateFile: (name) => files[name] ?? name });
  segmenter.setOptions({ modelSelection: LANDSCAPE, selfieMode: false });
  await segmenter.initialize();
  return segmenter;
}

function loadScript(url: string): Promise<void> {
  if (document.querySelector(`script[src="${CSS.escape(url)}"]`)) return Promise.resolve();
  return new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = url;
    script.crossOrigin = "anonymous";
    script.onload = () => done();
    script.onerror = () => failed(new Error("the segmentation script could not be loaded"));
    document.head.append(script);
  });
}
