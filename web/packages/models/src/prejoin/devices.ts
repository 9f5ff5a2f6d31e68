/** The part of `MediaDeviceInfo` that is used. */
export interface Device {
  readonly deviceId: string;
  readonly groupId: string;
  readonly kind: "audioinput" | "audiooutput" | "videoinput";
  /** Empty until the browser was allowed to tell. */
  readonly label: string;
}

export interface DeviceList {
  readonly microphones: readonly Device[];
  readonly speakers: readonly Device[];
  readonly cameras: readonly Device[];
  /** Whether the browser tells their names: only once it was allowed to open one. */
  readonly named: boolean;
}

export const NO_DEVICES: DeviceList = { microphones: [], speakers: [], cameras: [], named: false };

/** Sorted by kind, without the doubles by which browsers name the default and the one for calls. */
export function deviceList(devices: readonly Device[]): DeviceList {
  const aliases = new Set(["default", "communications"]);
  const of = (kind: Device["kind"]) => {
    const all = devices.filter((device) => device.kind === kind && device.deviceId !== "");
    const own = all.filter((device) => !aliases.has(device.deviceId));
    return own.length > 0 ? own : all;
  };
  return {
    microphones: of("audioinput"),
    speakers: of("audiooutput"),
    cameras: of("videoinput"),
    named: devices.some((device) => device.label !== ""),
  };
}

/** The chosen one where it is plugged in; otherwise none, which means the system's default. */
export const present = (devices: readonly Device[], chosen: string | null): Device | null =>
  devices.find((device) => device.deviceId === chosen) ?? null;

/** The camera after this one, for a phone's "flip camera"; null where there is only one. */
export function nextCamera(cameras: readonly Device[], current: string | null): Device | null {
  if (cameras.length < 2) return null;
  const at = cameras.findIndex((camera) => camera.deviceId === current);
  return cameras[(at + 1) % cameras.length] ?? null;
}

/** A device that has come since: worth a question whether to use it. */
export function newcomers(before: DeviceList, now: DeviceList): readonly Device[] {
  const all = (list: DeviceList) => [...list.microphones, ...list.speakers, ...list.cameras];
  if (!before.named) return [];
  const known = new Set(all(before).map((device) => `${device.kind}/${device.deviceId}`));
  return all(now).filter((device) => !known.has(`${device.kind}/${device.deviceId}`));
}
