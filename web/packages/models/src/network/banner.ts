import { cell, type Readable } from "@stoa/sdk";
import { type Clock, realClock } from "../clock.ts";
import { type Message, message } from "../message.ts";

/** As `ConnectionQuality` of livekit-client. */
export type Quality = "excellent" | "good" | "poor" | "lost" | "unknown";

/** What the network did, looked at about once a second. */
export interface NetworkState {
  /** Of my own connection. */
  readonly quality: Quality;
  /** Pictures that the server holds back because my link does not carry them. */
  readonly paused_pictures: number;
  /** Pictures that I am shown, paused ones too. */
  readonly pictures: number;
  /** What holds back the camera that I send. */
  readonly camera_limited_by: "none" | "cpu" | "bandwidth" | "other" | null;
  /** Height of my camera's largest layer that is sent, and of the camera itself; null without one. */
  readonly sent_height: number | null;
  readonly camera_height: number | null;
  /** Of the voices that come in: the largest part that had to be invented, from 0 to 1. */
  readonly concealed: number | null;
}

export type BannerKey =
  | "banner.lost"
  | "banner.sound_first"
  | "banner.sound_first_some"
  | "banner.sound_breaks"
  | "banner.camera_reduced"
  | "banner.camera_reduced_by_cpu"
  | "banner.weak";

export interface Banner extends Message<BannerKey> {
  readonly tone: "info" | "warning";
}

/** Invented sound is heard from here on as gaps. */
const CONCEALED_HEARD = 0.1;
/** A camera at half its height or less is seen to be soft. */
const REDUCED_TO = 0.5;
/** Short dips are not worth a word. */
const APPEARS_AFTER_MS = 2_000;
/** A banner that comes and goes is worse than one that stays. */
const GOES_AFTER_MS = 5_000;

/** What was given up at this moment, the gravest only; null when nothing was. */
export function givenUp(state: NetworkState): Banner | null {
  const { paused_pictures: paused, pictures, sent_height, camera_height } = state;
  if (state.quality === "lost") return warning("banner.lost");
  if (paused > 0 && paused >= pictures) return warning("banner.sound_first");
  if (paused > 0) return warning("banner.sound_first_some", { count: paused });
  if (state.concealed !== null && state.concealed >= CONCEALED_HEARD) return warning("banner.sound_breaks");
  const reduced = sent_height !== null && camera_height !== null && sent_height <= camera_height * REDUCED_TO;
  if (reduced && state.camera_limited_by === "bandwidth") return info("banner.camera_reduced", { height: sent_height });
  if (reduced && state.camera_limited_by === "cpu") return info("banner.camera_reduced_by_cpu", { height: sent_height });
  if (state.quality === "poor") return info("banner.weak");
  return null;
}

export interface NetworkBanner extends Readable<Banner | null> {
  readonly give: (state: NetworkState) => void;
  readonly close: () => void;
}

/** The banner of a meeting: appears when something stays given up, goes when all has been well for a while. */
export function networkBanner(clock: Clock = realClock): NetworkBanner {
  const shown = cell<Banner | null>(null);
  let coming: Banner | null = null;
  let pending: "appear" | "go" | null = null;
  let cancel = () => {};
  const plan = (what: "appear" | "go", ms: number, then: () => void) => {
    if (pending === what) return;
    cancel();
    pending = what;
    cancel = clock.after(ms, () => {
      pending = null;
      then();
    });
  };
  return {
    getSnapshot: shown.getSnapshot,
    subscribe: shown.subscribe,
    give: (state) => {
      const before = coming;
      coming = givenUp(state);
      const now = shown.getSnapshot();
      if (coming === null && now === null) {
        cancel();
        pending = null;
      } else if (coming === null) {
        plan("go", GOES_AFTER_MS, () => shown.set(null));
      } else if (coming.key === now?.key) {
        cancel();
        pending = null;
        if (!sameValues(coming, now)) shown.set(coming);
      } else {
        if (before?.key !== coming.key && pending === "go") pending = null;
        plan("appear", APPEARS_AFTER_MS, () => shown.set(coming));
      }
    },
    close: () => cancel(),
  };
}

const sameValues = (a: Banner, b: Banner): boolean =>
  Object.entries(a.values).every(([name, value]) => b.values[name] === value);

const warning = (key: BannerKey, values: Message["values"] = {}): Banner => ({ ...message(key, values), tone: "warning" });
const info = (key: BannerKey, values: Message["values"] = {}): Banner => ({ ...message(key, values), tone: "info" });
