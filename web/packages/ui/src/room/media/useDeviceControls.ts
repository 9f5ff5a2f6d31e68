import type { Choices } from "@stoa/models/prejoin";
import { type AudioCaptureOptions, type LocalVideoTrack, Track, type VideoCaptureOptions } from "livekit-client";
import { useCallback, useState } from "react";
import { canBlur } from "../blur/blurredTrack.ts";
import { BlurProcessor } from "../blur/BlurProcessor.ts";
import { rememberChoices, rememberedChoices } from "../prejoin/choices.ts";
import { useMay, useRoomState, useSession } from "../session.tsx";
import { useMyPresence } from "./usePresence.ts";

export type DeviceProblem = "denied" | "failed";

export interface DeviceControl {
  /** Whether this person's role may use it at all. */
  readonly may: boolean;
  readonly isOn: boolean;
  /** Waiting for the browser or the device. */
  readonly busy: boolean;
  readonly problem: DeviceProblem | null;
  readonly set: (on: boolean) => Promise<void>;
  readonly toggle: () => Promise<void>;
}

/** The microphone; `forbidden` while a host keeps everyone muted. */
export function useMicrophone(): DeviceControl & { readonly forbidden: boolean } {
  const { room } = useSession();
  const { microphone } = useMyPresence();
  const mayMuteOthers = useMay("mute_others");
  const unmuteForbidden = useRoomState((state) => state.moderation?.unmute_forbidden ?? false) ?? false;
  const isOn = microphone?.isOn ?? false;
  const set = useCallback(
    async (on: boolean) => {
      await room.localParticipant.setMicrophoneEnabled(on, microphoneOptions());
    },
    [room],
  );
  const forbidden = unmuteForbidden && !mayMuteOthers && !isOn;
  // The right to speak is taken for that while; the button stays and says why.
  return { ...useControl(useMay("speak") || forbidden, isOn, set), forbidden };
}

export function useCamera(): DeviceControl {
  const { room } = useSession();
  const { camera } = useMyPresence();
  const set = useCallback(
    async (on: boolean) => {
      await room.localParticipant.setCameraEnabled(on, cameraOptions());
    },
    [room],
  );
  return useControl(useMay("show_camera"), camera?.isOn ?? false, set);
}

/** The remembered microphone; another one where it was unplugged. */
export const microphoneOptions = (): AudioCaptureOptions => {
  const { microphone_id } = rememberedChoices();
  return microphone_id ? { deviceId: { ideal: microphone_id } } : {};
};

/** The remembered camera, with the background blurred where that was chosen. */
export const cameraOptions = (): VideoCaptureOptions => {
  const { camera_id, blur } = rememberedChoices();
  return {
    ...(camera_id && { deviceId: { ideal: camera_id } }),
    ...(blur && canBlur() && { processor: new BlurProcessor() }),
  };
};

/** Phones have no screen sharing in their browsers: there the button is absent. */
export const canShareScreen = typeof navigator !== "undefined" && "getDisplayMedia" in (navigator.mediaDevices ?? {});

export function useScreenShare(): DeviceControl {
  const { room } = useSession();
  const { screen } = useMyPresence();
  const set = useCallback(
    async (on: boolean) => {
      // Text must stay sharp: resolution goes before frame rate, and one layer gets all bits.
      await room.localParticipant.setScreenShareEnabled(
        on,
        { audio: true, contentHint: "detail", selfBrowserSurface: "exclude", surfaceSwitching: "include", resolution: { width: 2560, height: 1440, frameRate: 15 } },
        { screenShareEncoding: { maxBitrate: 3_500_000, maxFramerate: 15 }, degradationPreference: "maintain-resolution" },
      );
    },
    [room],
  );
  return useControl(useMay("share_screen") && canShareScreen, screen !== null, set);
}

function useControl(may: boolean, isOn: boolean, apply: (on: boolean) => Promise<void>): DeviceControl {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<DeviceProblem | null>(null);
  const set = useCallback(
    async (on: boolean) => {
      setBusy(true);
      setProblem(null);
      try {
        await apply(on);
      } catch (error) {
        setProblem(isDenied(error) ? "denied" : "failed");
      } finally {
        setBusy(false);
      }
    },
    [apply],
  );
  return { may, isOn, busy, problem, set, toggle: useCallback(() => set(!isOn), [set, isOn]) };
}

const isDenied = (error: unknown) => error instanceof DOMException && error.name === "NotAllowedError";

/** Changing a device during the meeting, and remembering it for the next. */
export function useChooseDevice(): (kind: MediaDeviceKind, id: string) => Promise<void> {
  const { room } = useSession();
  return useCallback(
    async (kind, id) => {
      const change: Partial<Choices> =
        kind === "videoinput" ? { camera_id: id } : kind === "audioinput" ? { microphone_id: id } : { speaker_id: id };
      rememberChoices(change);
      await room.switchActiveDevice(kind, id);
    },
    [room],
  );
}

/** The background blur of one's own camera. */
export function useBlurSwitch(): { isOn: boolean; toggle: () => Promise<void> } {
  const { camera } = useMyPresence();
  const [isOn, setIsOn] = useState(() => rememberedChoices().blur);
  const toggle = useCallback(async () => {
    const track = camera?.track as LocalVideoTrack | undefined;
    const next = !isOn;
    rememberChoices({ blur: next });
    setIsOn(next);
    if (track) await (next ? track.setProcessor(new BlurProcessor()) : track.stopProcessor());
  }, [camera, isOn]);
  return { isOn, toggle };
}

/** From the front camera to the back one, and again. */
export function useFlip(): (() => Promise<void>) | null {
  const { room } = useSession();
  const { camera } = useMyPresence();
  const flip = useCallback(async () => {
    const track = room.localParticipant.getTrackPublication(Track.Source.Camera)?.videoTrack as LocalVideoTrack | undefined;
    if (!track) return;
    const facing = track.mediaStreamTrack.getSettings().facingMode === "environment" ? "user" : "environment";
    await track.restartTrack({ facingMode: facing });
  }, [room]);
  return camera?.isOn && matchMedia("(pointer: coarse)").matches ? flip : null;
}
