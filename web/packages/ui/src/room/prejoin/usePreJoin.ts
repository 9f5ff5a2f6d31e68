import type { Choices, DeviceList } from "@stoa/models/prejoin";
import { useCallback, useEffect, useState } from "react";
import { type BlurredTrack, blurredTrack } from "../blur/blurredTrack.ts";
import { rememberChoices, rememberedChoices } from "./choices.ts";
import { useDevices } from "./useDevices.ts";
import { type LocalTrack, useLocalTrack } from "./useLocalTrack.ts";

export interface PreJoinState {
  choices: Choices & { readonly camera_on: boolean };
  choose: (change: Partial<Choices>) => void;
  devices: DeviceList;
  /** `ask`: the browser has not been asked yet, and the person should be told first. */
  permission: "unknown" | "ask" | "asked";
  askPermission: () => void;
  /** After the person says that he repaired a permission. */
  checkAgain: () => void;
  camera: LocalTrack;
  microphone: LocalTrack;
  /** The camera's picture as the others will see it. */
  picture: MediaStreamTrack | null;
  blurFailed: boolean;
}

/** Camera, microphone and choices of the pre-join page. `cameraDefault` is the room's wish. */
export function usePreJoin({ cameraDefault }: { cameraDefault: boolean }): PreJoinState {
  const [kept, setKept] = useState(rememberedChoices);
  // Where a room wants cameras off at first (a shopper in a consultation), an old choice does not count.
  const [cameraChosen, setCameraChosen] = useState(false);
  const cameraOn = cameraDefault || cameraChosen ? (kept.camera_on ?? cameraDefault) : false;
  const choices = { ...kept, camera_on: cameraOn };
  const choose = useCallback((change: Partial<Choices>) => {
    if (change.camera_on !== undefined) setCameraChosen(true);
    setKept(rememberChoices(change));
  }, []);

  const { permission, askPermission } = usePermission();
  const [attempt, setAttempt] = useState(0);
  const checkAgain = useCallback(() => setAttempt((before) => before + 1), []);
  const allowed = permission === "asked";
  const { devices, refresh } = useDevices();
  const camera = useLocalTrack("camera", { wanted: allowed && cameraOn, deviceId: choices.camera_id, attempt });
  const microphone = useLocalTrack("microphone", { wanted: allowed, deviceId: choices.microphone_id, attempt });
  useEffect(refresh, [refresh, camera.track, microphone.track]);
  const { picture, blurFailed } = useBlur(camera.track, choices.blur);
  return {
    choices,
    choose,
    devices,
    permission,
    askPermission,
    checkAgain,
    camera,
    microphone,
    picture,
    blurFailed,
  };
}

/** Asks at once where the browser already said yes or no, and waits for a click where it would pop up. */
function usePermission() {
  const [permission, setPermission] = useState<PreJoinState["permission"]>("unknown");
  useEffect(() => {
    let gone = false;
    stateOf("microphone").then((state) => {
      if (!gone) setPermission(state === "prompt" ? "ask" : "asked");
    });
    return () => {
      gone = true;
    };
  }, []);
  return { permission, askPermission: useCallback(() => setPermission("asked"), []) };
}

async function stateOf(name: string): Promise<PermissionState> {
  try {
    return (await navigator.permissions.query({ name: name as PermissionName })).state;
  } catch {
    return "prompt";
  }
}

function useBlur(source: MediaStreamTrack | null, wanted: boolean) {
  const [blurred, setBlurred] = useState<BlurredTrack | null>(null);
  const [blurFailed, setBlurFailed] = useState(false);
  useEffect(() => {
    setBlurred(null);
    setBlurFailed(false);
    if (!source || !wanted) return;
    let gone = false;
    let held: BlurredTrack | null = null;
    blurredTrack(source).then(
      (made) => {
        if (gone) return made.stop();
        held = made;
        setBlurred(made);
      },
      () => !gone && setBlurFailed(true),
    );
    return () => {
      gone = true;
      held?.stop();
    };
  }, [source, wanted]);
  return { picture: wanted ? (blurred?.track ?? (blurFailed ? source : null)) : source, blurFailed };
}
