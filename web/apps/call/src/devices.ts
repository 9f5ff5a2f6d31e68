import { Room } from "livekit-client";
import { element } from "./dom";
import { text } from "./text";

const remembered = "stoa.devices";

type Kind = "videoinput" | "audioinput" | "audiooutput";
export type Devices = Partial<Record<Kind, string>>;

export function rememberedDevices(): Devices {
  try {
    return JSON.parse(localStorage.getItem(remembered) ?? "{}") as Devices;
  } catch {
    return {};
  }
}

function remember(kind: Kind, id: string): void {
  localStorage.setItem(remembered, JSON.stringify({ ...rememberedDevices(), [kind]: id }));
}

const labels: Record<Kind, string> = {
  videoinput: text.camera,
  audioinput: text.microphone,
  audiooutput: text.speaker,
};

/** Three lists of devices; `chosen` is called at each change. */
export async function devicePicker(
  chosen: (kind: Kind, id: string) => void,
): Promise<HTMLElement> {
  const row = element("div", { class: "devices" });
  for (const kind of Object.keys(labels) as Kind[]) {
    const devices = await Room.getLocalDevices(kind, false);
    if (devices.length === 0) continue;
    const select = element("select", { id: kind });
    for (const device of devices) {
      select.append(element("option", { value: device.deviceId }, device.label || labels[kind]));
    }
    const last = rememberedDevices()[kind];
    if (last && devices.some((device) => device.deviceId === last)) select.value = last;
    select.addEventListener("change", () => {
      remember(kind, select.value);
      chosen(kind, select.value);
    });
    row.append(element("label", { for: kind }, labels[kind], select));
  }
  return row;
}
