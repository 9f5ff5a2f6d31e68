import type { Readable } from "@stoa/sdk";
import {
  ConnectionQuality,
  type Participant,
  type Room,
  RoomEvent,
  Track,
  type TrackPublication,
} from "livekit-client";

/** One person of the media connection at one moment. */
export interface Presence {
  readonly identity: string;
  readonly name: string;
  readonly isLocal: boolean;
  readonly isSpeaking: boolean;
  readonly quality: ConnectionQuality;
  readonly microphone: Publication | null;
  readonly camera: Publication | null;
  readonly screen: Publication | null;
  readonly participant: Participant;
}

export interface Publication {
  /** The surface of annotations; empty for the moment between publishing and the server's answer. */
  readonly sid: string;
  readonly isOn: boolean;
  /** The server holds the picture back because the network does not carry it. */
  readonly isPaused: boolean;
  /** The server has the track; before that nobody else sees it. */
  readonly publication: TrackPublication;
  readonly track: Track | null;
}

const CHANGES = [
  RoomEvent.Connected,
  RoomEvent.Reconnected,
  RoomEvent.ParticipantConnected,
  RoomEvent.ParticipantDisconnected,
  RoomEvent.ParticipantNameChanged,
  RoomEvent.TrackPublished,
  RoomEvent.TrackUnpublished,
  RoomEvent.TrackSubscribed,
  RoomEvent.TrackUnsubscribed,
  RoomEvent.TrackMuted,
  RoomEvent.TrackUnmuted,
  RoomEvent.TrackStreamStateChanged,
  RoomEvent.LocalTrackPublished,
  RoomEvent.LocalTrackUnpublished,
  RoomEvent.ActiveSpeakersChanged,
  RoomEvent.ConnectionQualityChanged,
] as const;

/** Everybody with a media connection, oneself first, then in the order of coming. */
export function presenceOf(room: Room): Readable<readonly Presence[]> {
  let value: readonly Presence[] | null = null;
  const kept = new Map<string, Presence>();
  const compute = () => {
    const people = [room.localParticipant, ...byArrival(room)];
    const present = new Set(people.map((one) => one.identity));
    for (const identity of kept.keys()) if (!present.has(identity)) kept.delete(identity);
    const next = people.map((one) => same(kept, describe(room, one)));
    if (!value || value.length !== next.length || next.some((one, at) => one !== value?.[at])) value = next;
    return value;
  };
  const listeners = new Set<() => void>();
  const changed = () => {
    const before = value;
    if (compute() !== before) for (const listener of [...listeners]) listener();
  };
  return {
    getSnapshot: () => value ?? compute(),
    subscribe: (listener) => {
      if (listeners.size === 0) for (const event of CHANGES) room.on(event, changed);
      listeners.add(listener);
      changed();
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) for (const event of CHANGES) room.off(event, changed);
      };
    },
  };
}

const byArrival = (room: Room): Participant[] =>
  [...room.remoteParticipants.values()].sort(
    (a, b) => (a.joinedAt?.getTime() ?? 0) - (b.joinedAt?.getTime() ?? 0) || a.identity.localeCompare(b.identity),
  );

function describe(room: Room, participant: Participant): Presence {
  const of = (source: Track.Source) => publicationOf(participant.getTrackPublication(source));
  return {
    identity: participant.identity,
    name: participant.name || participant.identity,
    isLocal: participant === room.localParticipant,
    isSpeaking: participant.isSpeaking,
    quality: participant.connectionQuality,
    microphone: of(Track.Source.Microphone),
    camera: of(Track.Source.Camera),
    screen: of(Track.Source.ScreenShare),
    participant,
  };
}

function publicationOf(publication: TrackPublication | undefined): Publication | null {
  if (!publication) return null;
  const track = publication.track ?? null;
  return {
    sid: publication.trackSid,
    isOn: !publication.isMuted && track !== null,
    isPaused: track?.streamState === Track.StreamState.Paused,
    publication,
    track,
  };
}

/** The object of before, when nothing that is shown has changed: React then leaves its tile alone. */
function same(kept: Map<string, Presence>, next: Presence): Presence {
  const before = kept.get(next.identity);
  if (before && equal(before, next)) return before;
  kept.set(next.identity, next);
  return next;
}

const equal = (a: Presence, b: Presence): boolean =>
  a.participant === b.participant &&
  a.name === b.name &&
  a.isSpeaking === b.isSpeaking &&
  a.quality === b.quality &&
  equalPublications(a.microphone, b.microphone) &&
  equalPublications(a.camera, b.camera) &&
  equalPublications(a.screen, b.screen);

const equalPublications = (a: Publication | null, b: Publication | null): boolean =>
  a === b ||
  (a !== null &&
    b !== null &&
    a.sid === b.sid &&
    a.isOn === b.isOn &&
    a.isPaused === b.isPaused &&
    a.track === b.track);
