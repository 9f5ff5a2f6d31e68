import type { Participant, Room, TrackPublication } from "livekit-client";
import { RoomEvent, Track } from "livekit-client";
import { element } from "./dom";
import { text } from "./text";

/** One tile a camera or shared screen; sound is played without a tile. */
export class Tiles {
  readonly node = element("div", { class: "tiles", id: "tiles" });
  private readonly hint = element("p", { class: "hint" }, text.waiting);

  constructor(private readonly room: Room) {
    const redraw = () => this.draw();
    for (const event of [
      RoomEvent.ParticipantConnected,
      RoomEvent.ParticipantDisconnected,
      RoomEvent.TrackSubscribed,
      RoomEvent.TrackUnsubscribed,
      RoomEvent.LocalTrackPublished,
      RoomEvent.LocalTrackUnpublished,
      RoomEvent.TrackMuted,
      RoomEvent.TrackUnmuted,
      RoomEvent.ActiveSpeakersChanged,
      RoomEvent.ConnectionQualityChanged,
    ]) {
      room.on(event, redraw);
    }
    this.draw();
  }

  private draw(): void {
    const people: Participant[] = [
      this.room.localParticipant,
      ...this.room.remoteParticipants.values(),
    ];
    const wanted = new Map<string, () => HTMLElement>();
    for (const person of people) {
      wanted.set(`${person.sid}/camera`, () => this.tile(person, Track.Source.Camera));
      if (person.isScreenShareEnabled) {
        wanted.set(`${person.sid}/screen`, () => this.tile(person, Track.Source.ScreenShare));
      }
      this.playSound(person);
    }
    for (const tile of [...this.node.querySelectorAll<HTMLElement>(".tile")]) {
      if (!wanted.has(tile.dataset.key ?? "")) tile.remove();
    }
    for (const [key, make] of wanted) {
      const old = this.node.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`);
      const tile = old ?? make();
      tile.dataset.key = key;
      if (!old) this.node.append(tile);
    }
    for (const person of people) this.refresh(person);
    this.node.dataset.count = String(wanted.size);
    if (people.length === 1) this.node.append(this.hint);
    else this.hint.remove();
  }

  private tile(person: Participant, source: Track.Source): HTMLElement {
    const video = element("video", { playsinline: "", autoplay: "" });
    video.muted = true;
    const mine = person === this.room.localParticipant;
    const label = person.name || person.identity;
    const name = element("span", { class: "name" }, mine ? `${label} (${text.you})` : label);
    const initial = element("span", { class: "initial", "aria-hidden": "true" }, label.slice(0, 1));
    const screen = source === Track.Source.ScreenShare;
    const kind = `tile${mine && !screen ? " mirrored" : ""}${screen ? " screen" : ""}`;
    return element("figure", { class: kind, "data-source": source }, video, initial, name);
  }

  private refresh(person: Participant): void {
    for (const source of [Track.Source.Camera, Track.Source.ScreenShare]) {
      const key = `${person.sid}/${source === Track.Source.Camera ? "camera" : "screen"}`;
      const tile = this.node.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`);
      if (!tile) continue;
      const publication = person.getTrackPublication(source);
      const video = tile.querySelector("video");
      if (video && publication) this.show(video, publication);
      tile.classList.toggle("dark", !publication?.track || publication.isMuted);
      tile.classList.toggle("speaking", person.isSpeaking);
      tile.classList.toggle("silent", !person.isMicrophoneEnabled);
      tile.dataset.quality = person.connectionQuality;
    }
  }

  private show(video: HTMLVideoElement, publication: TrackPublication): void {
    const track = publication.track;
    if (track && !track.attachedElements.includes(video)) track.attach(video);
  }

  private playSound(person: Participant): void {
    if (person === this.room.localParticipant) return;
    for (const publication of person.audioTrackPublications.values()) {
      const track = publication.track;
      if (track && track.attachedElements.length === 0) track.attach();
    }
  }
}
