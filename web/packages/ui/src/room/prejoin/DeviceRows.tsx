import type { Device } from "@stoa/models/prejoin";
import { ChevronDown, Mic, Video, Volume2 } from "lucide-react";
import { type ReactNode, useId, useState } from "react";
import { LevelMeter } from "./LevelMeter.tsx";
import { playTestSound } from "./speakerTest.ts";
import { usePreJoinText } from "./text.ts";
import { canChooseSpeaker } from "./useDevices.ts";
import type { PreJoinState } from "./usePreJoin.ts";

/** The three lists of devices with the microphone's level and the speaker's test. */
export function DeviceRows({ state }: { state: PreJoinState }) {
  const text = usePreJoinText();
  const { choices, choose, devices } = state;
  return (
    <div className="room-devices">
      <DeviceSelect
        icon={<Mic aria-hidden />}
        label={text("microphone")}
        devices={devices.microphones}
        chosen={choices.microphone_id}
        onChoose={(microphone_id) => choose({ microphone_id })}
      >
        <LevelMeter track={choices.microphone_on ? state.microphone.track : null} />
      </DeviceSelect>
      {canChooseSpeaker && devices.speakers.length > 0 ? (
        <DeviceSelect
          icon={<Volume2 aria-hidden />}
          label={text("speaker")}
          devices={devices.speakers}
          chosen={choices.speaker_id}
          onChoose={(speaker_id) => choose({ speaker_id })}
        >
          <SpeakerTest speakerId={choices.speaker_id} />
        </DeviceSelect>
      ) : (
        <div className="room-device">
          <Volume2 aria-hidden />
          <span className="room-device-name">{text("speaker")}</span>
          <SpeakerTest speakerId={null} />
        </div>
      )}
      {devices.cameras.length > 0 && (
        <DeviceSelect
          icon={<Video aria-hidden />}
          label={text("camera")}
          devices={devices.cameras}
          chosen={choices.camera_id}
          onChoose={(camera_id) => choose({ camera_id })}
        />
      )}
    </div>
  );
}

export function DeviceSelect({
  icon,
  label,
  devices,
  chosen,
  onChoose,
  children,
}: {
  icon: ReactNode;
  label: string;
  devices: readonly Device[];
  chosen: string | null;
  onChoose: (id: string) => void;
  children?: ReactNode;
}) {
  const text = usePreJoinText();
  const id = useId();
  const known = devices.some((device) => device.deviceId === chosen);
  return (
    <div className="room-device">
      {icon}
      <label className="ui-hidden" htmlFor={id}>
        {label}
      </label>
      <span className="room-select">
        <select
          id={id}
          value={known && chosen ? chosen : (devices[0]?.deviceId ?? "")}
          disabled={devices.length === 0}
          onChange={(event) => onChoose(event.target.value)}
        >
          {devices.length === 0 && <option value="">{text("defaultDevice")}</option>}
          {devices.map((device, at) => (
            <option key={device.deviceId} value={device.deviceId}>
              {device.label || `${label} ${at + 1}`}
            </option>
          ))}
        </select>
        <ChevronDown aria-hidden />
      </span>
      {children}
    </div>
  );
}

export function SpeakerTest({ speakerId }: { speakerId: string | null }) {
  const text = usePreJoinText();
  const [state, setState] = useState<"idle" | "playing" | "failed">("idle");
  const play = () => {
    setState("playing");
    playTestSound(speakerId).then(
      () => setState("idle"),
      () => setState("failed"),
    );
  };
  return (
    <>
      <button type="button" className="room-link" disabled={state === "playing"} onClick={play}>
        {text(state === "playing" ? "testingSpeaker" : "testSpeaker")}
      </button>
      {state === "failed" && (
        <span role="alert" className="room-device-note">
          {text("testFailed")}
        </span>
      )}
    </>
  );
}
