import type { EventsOf } from "../../event.ts";
import type { By } from "../../vocabulary.ts";
import type { Drawers, Stroke } from "./state.ts";

export type AnnotationEvent = EventsOf<
  "annotation",
  {
    began: { readonly stroke: Stroke };
    extended: { readonly id: string; readonly points: readonly number[] };
    finished: { readonly id: string };
    /** `by` is null for strokes that faded. */
    removed: { readonly ids: readonly string[]; readonly by: By };
    allowed: { readonly surface: string; readonly who: Drawers; readonly by: By };
    /** The laser pointer; not kept. */
    pointed: { readonly surface: string; readonly identity: string; readonly x: number; readonly y: number };
    /** The track ended. */
    surface_gone: { readonly surface: string };
  }
>;
