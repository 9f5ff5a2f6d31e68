/** The fields that are read from the entries of an `RTCStatsReport` (webrtc-stats). */
export type StatsEntry = Readonly<Record<string, unknown>> & { readonly type: string; readonly id: string };

/** One track of one direction at one moment. */
export interface TrackStatistics {
  readonly direction: "in" | "out";
  readonly kind: "audio" | "video";
  readonly kbps: number;
  /** From 0 to 1, since the sample before. */
  readonly loss: number;
  readonly jitter_ms: number | null;
  readonly rtt_ms: number | null;
  readonly width: number | null;
  readonly height: number | null;
  readonly frames_per_s: number | null;
  readonly codec: string | null;
  /** Of what is sent: why it is less than the camera gives. */
  readonly limited_by: "none" | "cpu" | "bandwidth" | "other" | null;
  /** Of audio that comes in: the part that had to be invented. */
  readonly concealed: number | null;
}

/** Counters of a moment, kept for the difference to the next. */
export interface Counters {
  readonly at: number;
  readonly bytes: number;
  readonly packets: number;
  readonly lost: number;
  readonly samples: number;
  readonly concealed: number;
}

export interface Sample {
  readonly statistics: TrackStatistics | null;
  readonly counters: Counters | null;
}

/** Reads a track's report; rates need the counters of the sample before, null for the first. */
export function readReport(entries: Iterable<StatsEntry>, before: Counters | null, now: number): Sample {
  const all = [...entries];
  const streams = all.filter(({ type }) => type === "inbound-rtp" || type === "outbound-rtp");
  const first = streams[0];
  if (!first) return { statistics: null, counters: null };
  const remote = all.filter(({ type }) => type === "remote-inbound-rtp");
  const direction = first.type === "inbound-rtp" ? "in" : "out";
  const losing = direction === "in" ? streams : remote;
  const counters: Counters = {
    at: now,
    bytes: sum(streams, direction === "in" ? "bytesReceived" : "bytesSent"),
    packets: sum(streams, direction === "in" ? "packetsReceived" : "packetsSent"),
    lost: sum(losing, "packetsLost"),
    samples: sum(streams, "totalSamplesReceived"),
    concealed: sum(streams, "concealedSamples"),
  };
  const since = before ?? counters;
  const seconds = (now - since.at) / 1_000;
  const packets = Math.max(0, counters.packets - since.packets);
  const lost = Math.max(0, counters.lost - since.lost);
  const expected = direction === "in" ? packets + lost : packets;
  const samples = counters.samples - since.samples;
  const biggest = streams.reduce((a, b) => (number(b, "frameWidth", 0) > number(a, "frameWidth", 0) ? b : a));
  return {
    counters,
    statistics: {
      direction,
      kind: first["kind"] === "audio" ? "audio" : "video",
      kbps: seconds > 0 ? Math.max(0, ((counters.bytes - since.bytes) * 8) / 1_000 / seconds) : 0,
      loss: expected > 0 ? Math.min(1, lost / expected) : 0,
      jitter_ms: milliseconds(largest(losing, "jitter")),
      rtt_ms: milliseconds(largest(remote, "roundTripTime")),
      width: orNull(biggest["frameWidth"]),
      height: orNull(biggest["frameHeight"]),
      frames_per_s: orNull(biggest["framesPerSecond"]),
      codec: codecOf(all, first),
      limited_by: limitOf(streams),
      concealed: direction === "in" && samples > 0 ? (counters.concealed - since.concealed) / samples : null,
    },
  };
}

/** The connection's own round trip, from the candidate pair in use; null before there is one. */
export function roundTripOf(entries: Iterable<StatsEntry>): number | null {
  for (const entry of entries) {
    if (entry.type === "candidate-pair" && entry["nominated"] === true && entry["state"] === "succeeded") {
      return milliseconds(orNull(entry["currentRoundTripTime"]));
    }
  }
  return null;
}

const number = (entry: StatsEntry, key: string, otherwise: number): number => {
  const value = entry[key];
  return typeof value === "number" && Number.isFinite(value) ? value : otherwise;
};

const sum = (entries: readonly StatsEntry[], key: string) =>
  entries.reduce((total, entry) => total + number(entry, key, 0), 0);

const orNull = (value: unknown): number | null => (typeof value === "number" && Number.isFinite(value) ? value : null);

const largest = (entries: readonly StatsEntry[], key: string): number | null =>
  entries.reduce<number | null>((most, entry) => {
    const value = orNull(entry[key]);
    return value === null ? most : Math.max(most ?? 0, value);
  }, null);

const milliseconds = (seconds: number | null): number | null => (seconds === null ? null : seconds * 1_000);

function codecOf(all: readonly StatsEntry[], stream: StatsEntry): string | null {
  const codec = all.find(({ id }) => id === stream["codecId"]);
  const type = codec?.["mimeType"];
  return typeof type === "string" ? (type.split("/")[1] ?? type) : null;
}

function limitOf(streams: readonly StatsEntry[]): TrackStatistics["limited_by"] {
  const reasons = streams.map((stream) => stream["qualityLimitationReason"]);
  const known = ["bandwidth", "cpu", "other", "none"] as const;
  return known.find((reason) => reasons.includes(reason)) ?? null;
}
