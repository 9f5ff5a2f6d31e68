import { type Device, type DeviceList, deviceList, NO_DEVICES } from "@stoa/models/prejoin";
import { useCallback, useEffect, useState } from "react";

/**
 * The devices of this machine, kept up to date as they are plugged in. Browsers name them only after
 * permission was given: call `refresh` then.
 */
export function useDevices(): { devices: DeviceList; refresh: () => void } {
  const [devices, setDevices] = useState(NO_DEVICES);
  const refresh = useCallback(() => {
    navigator.mediaDevices?.enumerateDevices().then(
      (all) => setDevices(deviceList(all as Device[])),
      () => setDevices(NO_DEVICES),
    );
  }, []);
  useEffect(() => {
    refresh();
    navigator.mediaDevices?.addEventListener("devicechange", refresh);
    return () => navigator.mediaDevices?.removeEventListener("devicechange", refresh);
  }, [refresh]);
  return { devices, refresh };
}

/** Whether this browser can send sound to a chosen speaker. */
export const canChooseSpeaker = typeof HTMLMediaElement !== "undefined" && "setSinkId" in HTMLMediaElement.prototype;
