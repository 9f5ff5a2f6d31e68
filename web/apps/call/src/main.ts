import { Room, RoomEvent, VideoPresets, createLocalTracks } from "livekit-client";
import type { LocalTrack } from "livekit-client";
import { NoAccess, access, joinLink, roomName } from "./access";
import { devicePicker, rememberedDevices } from "./devices";
import { button, element } from "./dom";
import { Statistics } from "./statistics";
import { language, text } from "./text";
import { Tiles } from "./tiles";
import "./style.css";

const app = document.querySelector<HTMLElement>("#app") ?? document.body;
document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
document.title = `Stoa · ${text.title}`;

void lobby();

/** Camera preview, devices, name; ends in the call. */
async function lobby(): Promise<void> {
  const notice = element("p", { class: "notice", role: "status" });
  const preview = element("video", { playsinline: "", autoplay: "", class: "preview" });
  preview.muted = true;
  const name = element("input", {
    id: "name",
    maxlength: "60",
    autocomplete: "name",
    placeholder: text.namePlaceholder,
  });
  name.value = localStorage.getItem("stoa.name") ?? "";
  const form = element(
    "form",
    { class: "lobby" },
    element("h1", {}, text.title),
    element("p", { class: "lead" }, text.lead),
    preview,
    element("label", { for: "name" }, text.name, name),
  );
  app.replaceChildren(form);

  const tracks = await localTracks(notice);
  tracks.find((track) => track.kind === "video")?.attach(preview);
  const retarget = (kind: string, id: string) => {
    const wanted = kind === "videoinput" ? "video" : "audio";
    void tracks.find((track) => track.kind === wanted)?.setDeviceId(id);
  };
  form.append(await devicePicker(retarget), notice);
  const join = element("button", { class: "primary", id: "join" }, text.join);
  form.append(join);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    join.disabled = true;
    join.textContent = text.joining;
    localStorage.setItem("stoa.name", name.value);
    call(name.value.trim(), tracks).catch((error: unknown) => {
      join.disabled = false;
      join.textContent = text.join;
      notice.textContent = error instanceof NoAccess ? text.noToken : text.failed + message(error);
    });
  });
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function localTracks(notice: HTMLElement): Promise<LocalTrack[]> {
  const { videoinput, audioinput } = rememberedDevices();
  try {
    return await createLocalTracks({
      video: { resolution: VideoPresets.h720.resolution, ...(videoinput && { deviceId: videoinput }) },
      audio: audioinput ? { deviceId: audioinput } : true,
    });
  } catch (error) {
    const denied = error instanceof DOMException && error.name === "NotAllowedError";
    notice.textContent = denied ? text.denied : text.noDevice;
    return [];
  }
}

async function call(name: string, tracks: LocalTrack[]): Promise<void> {
  const { url, token } = await access(name);
  const room = new Room({ adaptiveStream: true, dynacast: true });
  await room.connect(url, token);
  for (const track of tracks) await room.localParticipant.publishTrack(track);
  stage(room);
}

/** The call itself: tiles above, controls below. */
function stage(room: Room): void {
  const tiles = new Tiles(room);
  const statistics = new Statistics(room);
  const toast = element("p", { class: "toast", role: "status" });
  app.replaceChildren(
    element("header", {}, element("strong", {}, "Stoa"), element("span", {}, roomName)),
    tiles.node,
    statistics.node,
    toast,
    controls(room, statistics, toast),
  );
  room.on(RoomEvent.Reconnecting, () => (toast.textContent = text.reconnecting));
  room.on(RoomEvent.Reconnected, () => (toast.textContent = text.reconnected));
  room.on(RoomEvent.Disconnected, () => farewell());
  const unblock = button(text.playSound, () => void room.startAudio(), "primary unblock");
  const askForSound = () => {
    if (room.canPlaybackAudio) unblock.remove();
    else app.append(unblock);
  };
  room.on(RoomEvent.AudioPlaybackStatusChanged, askForSound);
  askForSound();
}

function controls(room: Room, statistics: Statistics, toast: HTMLElement): HTMLElement {
  const me = room.localParticipant;
  const microphone = button("", () => void me.setMicrophoneEnabled(!me.isMicrophoneEnabled));
  const camera = button("", () => void me.setCameraEnabled(!me.isCameraEnabled));
  const share = button("", () => {
    // A person who closes the browser's picker has changed his mind: nothing to report.
    me.setScreenShareEnabled(!me.isScreenShareEnabled).catch(() => undefined);
  });
  const label = () => {
    microphone.textContent = me.isMicrophoneEnabled ? text.microphoneOn : text.microphoneOff;
    microphone.classList.toggle("off", !me.isMicrophoneEnabled);
    camera.textContent = me.isCameraEnabled ? text.cameraOn : text.cameraOff;
    camera.classList.toggle("off", !me.isCameraEnabled);
    share.textContent = me.isScreenShareEnabled ? text.stopShare : text.share;
  };
  for (const event of [
    RoomEvent.TrackMuted,
    RoomEvent.TrackUnmuted,
    RoomEvent.LocalTrackPublished,
    RoomEvent.LocalTrackUnpublished,
  ]) {
    room.on(event, label);
  }
  label();
  const copy = button(text.copyLink, () => {
    void navigator.clipboard.writeText(joinLink()).then(() => (toast.textContent = text.copied));
  });
  const numbers = button(text.statistics, () => statistics.toggle());
  const leave = button(text.leave, () => void room.disconnect(), "danger");
  leave.id = "leave";
  return element("nav", { class: "controls" }, microphone, camera, share, numbers, copy, leave);
}

function farewell(): void {
  app.replaceChildren(
    element(
      "section",
      { class: "lobby" },
      element("h1", {}, text.left),
      button(text.again, () => location.reload(), "primary"),
    ),
  );
}
