import { type DeviceState, stateOfError } from "@stoa/models/prejoin";
import { useEffect, useState } from "react";

/** Why a camera or microphone cannot be used. */
export type MediaProblem = Exclude<DeviceState, "unasked" | "asking" | "open">;

export interface LocalTrack {
  track: MediaStreamTrack | null;
  problem: MediaProblem | null;
  opening: boolean;
}

const closed: LocalTrack = { track: null, problem: null, opening: false };

/**
 * Holds one camera or microphone open while `wanted`; opens it anew when `deviceId` or `attempt`
 * changes, and lets go of it on unmount so that the meeting can take it.
 */
export function useLocalTrack(
  kind: "camera" | "microphone",
  { wanted, deviceId, attempt = 0 }: { wanted: boolean; deviceId: string | null; attempt?: number },
): LocalTrack {
  const [state, setState] = useState<LocalTrack>(closed);
  useEffect(() => {
    if (!wanted) {
      setState(closed);
      return;
    }
    let gone = false;
    let held: MediaStreamTrack | null = null;
    setState((before) => ({ ...before, opening: true, problem: null }));
    open(kind, deviceId).then(
      (track) => {
        if (gone) return track.stop();
        held = track;
        track.addEventListener("ended", () => {
          if (!gone) setState({ track: null, problem: "busy", opening: false });
        });
        setState({ track, problem: null, opening: false });
      },
      (error: unknown) => {
        if (!gone) setState({ track: null, problem: stateOfError(error) as MediaProblem, opening: false });
      },
    );
    return () => {
      gone = true;
      held?.stop();
    };
  }, [kind, wanted, deviceId, attempt]);
  return state;
}

async function open(kind: "camera" | "microphone", deviceId: string | null): Promise<MediaStreamTrack> {
  // `ideal`, not `exact`: a remembered device that was unplugged gives way to another one.
  const device = deviceId ? { deviceId: { ideal: deviceId } } : {};
  if (!navigator.mediaDevices) throw new TypeError("this page may not ask for devices");
  const stream = await navigator.mediaDevices.getUserMedia(
    kind === "camera"
      ? { video: { ...device, width: { ideal: 1280 }, height: { ideal: 720 } } }
      : { audio: { ...device, echoCancellation: true, noiseSuppression: true, autoGainControl: true } },
  );
  const track = stream.getTracks()[0];
  if (!track) throw new DOMException("no track", "NotFoundError");
  return track;
}
