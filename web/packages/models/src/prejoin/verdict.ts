import { type Message, message } from "../message.ts";

/** What was measured. Null: could not be measured in the time that was given. */
export interface NetworkMeasure {
  readonly up_kbps: number | null;
  readonly down_kbps: number | null;
  readonly rtt_ms: number | null;
  /** From 0 to 1. */
  readonly loss: number | null;
}

export type VerdictKey =
  | "network.good"
  | "network.fair"
  | "network.up_camera_off"
  | "network.up_audio_at_risk"
  | "network.down_few_pictures"
  | "network.down_audio_only"
  | "network.slow"
  | "network.lossy"
  | "network.unanswered";

export interface Verdict {
  readonly grade: "good" | "fair" | "poor" | "bad";
  /** The worst first; sentences by key, with `kbps`, `rtt_ms` or `percent` in them. */
  readonly messages: readonly Message<VerdictKey>[];
  /** What should be off on entering. */
  readonly advice: { readonly camera_off: boolean };
}

/**
 * A camera sends 150, 450 and 1,700 kbit/s in its three layers. Below their lower two together with
 * voice and repair, a camera harms the voice.
 */
const CAMERA_NEEDS_KBPS = 700;
const CAMERA_GOOD_KBPS = 2_500;
/** Opus with redundancy, and the overhead of packets. */
const VOICE_NEEDS_KBPS = 100;
/** Four small pictures and the voices. */
const PICTURES_NEED_KBPS = 900;
/** Beyond it people begin to talk into each other (ITU-T G.114: 400 ms are too much one way). */
const RTT_SLOW_MS = 400;
const LOSS_FELT = 0.05;

type Finding = { readonly grade: Verdict["grade"]; readonly message: Message<VerdictKey> };

/** What the network is good for, in words. */
export function verdictOf(measure: NetworkMeasure): Verdict {
  const { up_kbps, down_kbps, rtt_ms } = measure;
  if (up_kbps === null && down_kbps === null && rtt_ms === null) {
    // The page itself came by this network: it carries something, though hardly a picture.
    return { grade: "bad", messages: [message("network.unanswered")], advice: { camera_off: true } };
  }
  const findings = [...upwards(up_kbps), ...downwards(down_kbps), ...quality(measure)].sort(
    (a, b) => GRADES.indexOf(b.grade) - GRADES.indexOf(a.grade),
  );
  const grade = findings[0]?.grade ?? "good";
  const good = message<VerdictKey>("network.good", up_kbps === null ? {} : { kbps: rounded(up_kbps) });
  return {
    grade,
    messages: findings.length > 0 ? findings.map((finding) => finding.message) : [good],
    advice: { camera_off: up_kbps !== null && up_kbps < CAMERA_NEEDS_KBPS },
  };
}

const GRADES: readonly Verdict["grade"][] = ["good", "fair", "poor", "bad"];

function upwards(kbps: number | null): Finding[] {
  if (kbps === null || kbps >= CAMERA_GOOD_KBPS) return [];
  const values = { kbps: rounded(kbps) };
  if (kbps < VOICE_NEEDS_KBPS) return [{ grade: "bad", message: message("network.up_audio_at_risk", values) }];
  if (kbps < CAMERA_NEEDS_KBPS) return [{ grade: "poor", message: message("network.up_camera_off", values) }];
  return [{ grade: "fair", message: message("network.fair", values) }];
}

function downwards(kbps: number | null): Finding[] {
  if (kbps === null || kbps >= PICTURES_NEED_KBPS) return [];
  const values = { kbps: rounded(kbps) };
  if (kbps < 2 * VOICE_NEEDS_KBPS) return [{ grade: "bad", message: message("network.down_audio_only", values) }];
  return [{ grade: "poor", message: message("network.down_few_pictures", values) }];
}

function quality({ rtt_ms, loss }: NetworkMeasure): Finding[] {
  const findings: Finding[] = [];
  if (rtt_ms !== null && rtt_ms > RTT_SLOW_MS) {
    findings.push({ grade: "poor", message: message("network.slow", { rtt_ms: Math.round(rtt_ms) }) });
  }
  if (loss !== null && loss > LOSS_FELT) {
    findings.push({ grade: "poor", message: message("network.lossy", { percent: Math.round(loss * 100) }) });
  }
  return findings;
}

/** Two figures: nobody believes a third. */
function rounded(kbps: number): number {
  const step = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, kbps))) - 1);
  return Math.round(kbps / step) * step;
}
