import { cell, type Readable } from "@stoa/sdk";
import { type LocalVideoTrack, type Participant, type RemoteTrack, type Room, Track } from "livekit-client";
import { type Clock, realClock } from "../clock.ts";
import type { NetworkState } from "./banner.ts";
import { type Counters, readReport, roundTripOf, type StatsEntry, type TrackStatistics } from "./statistics.ts";

/** A row for the curious. */
export interface TrackRow extends TrackStatistics {
  readonly track: string;
  readonly identity: string;
  readonly source: Track.Source;
  readonly paused: boolean;
}

export interface RoomNetworkView {
  readonly state: NetworkState;
  readonly tracks: readonly TrackRow[];
  readonly up_kbps: number;
  readonly down_kbps: number;
  readonly rtt_ms: number | null;
}

export interface RoomNetwork extends Readable<RoomNetworkView | null> {
  readonly close: () => void;
}

/** Reports cost the browser some work; people read no faster. */
const LOOKS_EVERY_MS = 1_000;

/** Looks at the tracks of a room of livekit-client once a second. */
export function roomNetwork(room: Room, clock: Clock = realClock): RoomNetwork {
  const view = cell<RoomNetworkView | null>(null);
  let before = new Map<string, Counters>();
  let closed = false;
  let cancel = () => {};
  const look = async () => {
    const looked = await Promise.all(publishedIn(room).map((one) => readTrack(one, before, clock)));
    if (closed) return;
    const seen = looked.filter((one) => one !== null);
    before = new Map(seen.map(({ row, counters }) => [row.track, counters]));
    view.set(viewOf(room, seen.map(({ row }) => row), largest(seen.map(({ rtt_ms }) => rtt_ms))));
    cancel = clock.after(LOOKS_EVERY_MS, () => void look());
  };
  void look();
  return {
    getSnapshot: view.getSnapshot,
    subscribe: view.subscribe,
    close: () => {
      closed = true;
      cancel();
    },
  };
}

interface Published {
  readonly participant: Participant;
  readonly track: RemoteTrack | LocalVideoTrack;
  readonly source: Track.Source;
}

const publishedIn = (room: Room): Published[] =>
  [room.localParticipant, ...room.remoteParticipants.values()].flatMap((participant: Participant) =>
    [...participant.trackPublications.values()].flatMap(({ track, source, isMuted }) =>
      track && !isMuted ? [{ participant, track: track as Published["track"], source }] : [],
    ),
  );

async function readTrack({ participant, track, source }: Published, before: Map<string, Counters>, clock: Clock) {
  const report = await track.getRTCStatsReport().catch(() => undefined);
  const id = track.sid ?? track.mediaStreamTrack.id;
  const entries = report ? ([...report.values()] as StatsEntry[]) : [];
  const { statistics, counters } = readReport(entries, before.get(id) ?? null, clock.now());
  if (!statistics || !counters) return null;
  const paused = track.streamState === Track.StreamState.Paused;
  const row: TrackRow = { ...statistics, track: id, identity: participant.identity, source, paused };
  return { row, counters, rtt_ms: roundTripOf(entries) ?? statistics.rtt_ms };
}

function viewOf(room: Room, tracks: readonly TrackRow[], rtt_ms: number | null): RoomNetworkView {
  const total = (direction: "in" | "out") =>
    tracks.reduce((sum, row) => sum + (row.direction === direction ? row.kbps : 0), 0);
  const me = room.localParticipant;
  const camera = tracks.find((row) => row.direction === "out" && row.source === Track.Source.Camera);
  const pictures = publishedIn(room).filter((one) => one.participant !== me && one.track.kind === Track.Kind.Video);
  const settings = me.getTrackPublication(Track.Source.Camera)?.track?.mediaStreamTrack.getSettings();
  return {
    tracks,
    rtt_ms,
    up_kbps: total("out"),
    down_kbps: total("in"),
    state: {
      quality: me.connectionQuality,
      pictures: pictures.length,
      paused_pictures: pictures.filter((one) => one.track.streamState === Track.StreamState.Paused).length,
      camera_limited_by: camera?.limited_by ?? null,
      sent_height: camera?.height ?? null,
      camera_height: settings?.height ?? null,
      concealed: largest(tracks.map((row) => row.concealed)),
    },
  };
}

function largest(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length > 0 ? Math.max(...known) : null;
}
