import type { AnnotationEvent } from "./events.ts";
import type { AnnotationState, Stroke, Surface } from "./state.ts";

export function reduceAnnotation(state: AnnotationState, event: AnnotationEvent): AnnotationState {
  switch (event.type) {
    case "began":
      return onSurface(state, event.stroke.surface, (surface) => ({
        ...surface,
        strokes: [...surface.strokes, event.stroke],
      }));
    case "extended":
      return onStroke(state, event.id, (stroke) => ({ ...stroke, points: [...stroke.points, ...event.points] }));
    case "finished":
      return onStroke(state, event.id, (stroke) => ({ ...stroke, done: true }));
    case "removed": {
      const gone = new Set(event.ids);
      return {
        surfaces: state.surfaces.map((surface) =>
          surface.strokes.some((stroke) => gone.has(stroke.id))
            ? { ...surface, strokes: surface.strokes.filter((stroke) => !gone.has(stroke.id)) }
            : surface,
        ),
      };
    }
    case "allowed":
      return onSurface(state, event.surface, (surface) => ({ ...surface, who: event.who }));
    case "surface_gone":
      return { surfaces: state.surfaces.filter((surface) => surface.surface !== event.surface) };
    case "pointed":
      return state;
  }
  return state;
}

/** Changes one surface, which begins to exist with the first word about it. */
function onSurface(state: AnnotationState, name: string, change: (surface: Surface) => Surface): AnnotationState {
  const known = state.surfaces.some((surface) => surface.surface === name);
  const surfaces = known ? state.surfaces : [...state.surfaces, { surface: name, who: "everyone" as const, strokes: [] }];
  return { surfaces: surfaces.map((surface) => (surface.surface === name ? change(surface) : surface)) };
}

function onStroke(state: AnnotationState, id: string, change: (stroke: Stroke) => Stroke): AnnotationState {
  return {
    surfaces: state.surfaces.map((surface) =>
      surface.strokes.some((stroke) => stroke.id === id)
        ? { ...surface, strokes: surface.strokes.map((stroke) => (stroke.id === id ? change(stroke) : stroke)) }
        : surface,
    ),
  };
}
