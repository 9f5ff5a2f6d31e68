import { useCallback, useEffect, useState } from "react";

export interface Devices {
  cameras: MediaDeviceInfo[];
  microphones: MediaDeviceInfo[];
  speakers: MediaDeviceInfo[];
}

const none: Devices = { cameras: [], microphones: [], speakers: [] };

/**
 * The devices of this machine, kept up to date as they are plugged in. Browsers name them only after
 * permission was given: call `refresh` then.
 */
export function useDevices(): { devices: Devices; refresh: () => void } {
  const [devices, setDevices] = useState<Devices>(none);
  const refresh = useCallback(() => {
    navigator.mediaDevices?.enumerateDevices().then(
      (all) => setDevices(sorted(all)),
      () => setDevices(none),
    );
  }, []);
  useEffect(() => {
    refresh();
    navigator.mediaDevices?.addEventListener("devicechange", refresh);
    return () => navigator.mediaDevices?.removeEventListener("devicechange", refresh);
  }, [refresh]);
  return { devices, refresh };
}

function sorted(all: MediaDeviceInfo[]): Devices {
  const of = (kind: MediaDeviceKind) =>
    all.filter((device) => device.kind === kind && device.deviceId !== "");
  return { cameras: of("videoinput"), microphones: of("audioinput"), speakers: of("audiooutput") };
}

/** Whether this browser can send sound to a chosen speaker. */
export const canChooseSpeaker = "setSinkId" in HTMLMediaElement.prototype;
