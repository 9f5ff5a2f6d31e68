export const ACTIONS = [
  "toggle_microphone",
  "toggle_camera",
  "toggle_share",
  "toggle_annotation",
  "toggle_hand",
  "toggle_chat",
  "toggle_people",
  "toggle_layout",
  "toggle_statistics",
  "toggle_full_screen",
  "show_shortcuts",
  "leave",
] as const;
export type Action = (typeof ACTIONS)[number] | "talk";

export interface Chord {
  /** As `KeyboardEvent.code`: the place on the keyboard, alike in all languages. */
  readonly code: string;
  /** ⌘ on a Mac, Ctrl elsewhere. */
  readonly mod?: boolean;
  readonly alt?: boolean;
  readonly shift?: boolean;
}

/** What of a `KeyboardEvent` is looked at. */
export interface KeyPress {
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
  readonly repeat: boolean;
  readonly isComposing: boolean;
}

/**
 * All with Alt, so that nothing happens to those who only type or dictate (WCAG 2.1.4), and nothing
 * is taken from the browser. `talk` is held: the space bar, when no control has the focus.
 */
export const CHORDS: Readonly<Record<Action, Chord>> = {
  toggle_microphone: { code: "KeyA", alt: true },
  toggle_camera: { code: "KeyV", alt: true },
  toggle_share: { code: "KeyS", alt: true },
  toggle_annotation: { code: "KeyN", alt: true },
  toggle_hand: { code: "KeyY", alt: true },
  toggle_chat: { code: "KeyC", alt: true },
  toggle_people: { code: "KeyP", alt: true },
  toggle_layout: { code: "KeyG", alt: true },
  toggle_statistics: { code: "KeyT", alt: true },
  toggle_full_screen: { code: "KeyU", alt: true },
  show_shortcuts: { code: "KeyK", alt: true },
  leave: { code: "KeyQ", alt: true },
  talk: { code: "Space" },
};

/** The action of a key, or null. `in_control`: a text field or a button has the focus. */
export function actionOf(press: KeyPress, in_control: boolean, is_mac: boolean): Action | null {
  if (press.repeat || press.isComposing) return null;
  const found = (Object.entries(CHORDS) as [Action, Chord][]).find(([, chord]) => fits(press, chord, is_mac));
  if (!found || (found[0] === "talk" && in_control)) return null;
  return found[0];
}

/** The keys of a chord as they are printed on the keyboard, for a list of shortcuts. */
export function keysOf({ code, mod, alt, shift }: Chord, is_mac: boolean): readonly string[] {
  const key = code.replace(/^Key|^Digit/, "");
  const names = is_mac ? { mod: "⌘", alt: "⌥", shift: "⇧" } : { mod: "Ctrl", alt: "Alt", shift: "Shift" };
  return [...(mod ? [names.mod] : []), ...(alt ? [names.alt] : []), ...(shift ? [names.shift] : []), key];
}

function fits(press: KeyPress, { code, mod = false, alt = false, shift = false }: Chord, is_mac: boolean): boolean {
  const [wanted, other] = is_mac ? [press.metaKey, press.ctrlKey] : [press.ctrlKey, press.metaKey];
  return press.code === code && wanted === mod && !other && press.altKey === alt && press.shiftKey === shift;
}

/** Speaking while a key is held, when one is muted: unmutes on `press`, mutes again on `release`. */
export interface PushToTalk {
  readonly press: () => void;
  readonly release: () => void;
}

export function pushToTalk(microphone: { readonly isOn: () => boolean; readonly set: (on: boolean) => void }): PushToTalk {
  let talking = false;
  return {
    press: () => {
      if (talking || microphone.isOn()) return;
      talking = true;
      microphone.set(true);
    },
    release: () => {
      if (!talking) return;
      talking = false;
      microphone.set(false);
    },
  };
}
