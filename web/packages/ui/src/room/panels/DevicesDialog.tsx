import { Mic, Video, Volume2 } from "lucide-react";
import { useState } from "react";
import { Dialog } from "../../components/Dialog.tsx";
import { useChooseDevice } from "../media/useDeviceControls.ts";
import { useMyPresence } from "../media/usePresence.ts";
import { rememberedChoices } from "../prejoin/choices.ts";
import { DeviceSelect, SpeakerTest } from "../prejoin/DeviceRows.tsx";
import { LevelMeter } from "../prejoin/LevelMeter.tsx";
import { canChooseSpeaker, useDevices } from "../prejoin/useDevices.ts";
import { useSession } from "../session.tsx";
import { useRoomText } from "../text.ts";
import { useAct } from "../useAct.ts";

/** Changing microphone, speaker and camera without leaving the meeting. */
export function DevicesDialog({ onClose }: { onClose: () => void }) {
  const text = useRoomText();
  const act = useAct();
  const { room } = useSession();
  const { devices } = useDevices();
  const { microphone } = useMyPresence();
  const choose = useChooseDevice();
  const [choices, setChoices] = useState(rememberedChoices);
  const change = (kind: MediaDeviceKind) => (id: string) =>
    void act(choose(kind, id)).then(() => setChoices(rememberedChoices()));
  const active = (kind: MediaDeviceKind, remembered: string | null) => room.getActiveDevice(kind) ?? remembered;
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={text("devices")} size="sm">
      <div className="room-devices">
        <DeviceSelect
          icon={<Mic aria-hidden />}
          label={text("microphone")}
          devices={devices.microphones}
          chosen={active("audioinput", choices.microphone_id)}
          onChoose={change("audioinput")}
        >
          <LevelMeter track={microphone?.isOn ? (microphone.track?.mediaStreamTrack ?? null) : null} />
        </DeviceSelect>
        {canChooseSpeaker && devices.speakers.length > 0 && (
          <DeviceSelect
            icon={<Volume2 aria-hidden />}
            label={text("speaker")}
            devices={devices.speakers}
            chosen={active("audiooutput", choices.speaker_id)}
            onChoose={change("audiooutput")}
          >
            <SpeakerTest speakerId={choices.speaker_id} />
          </DeviceSelect>
        )}
        {devices.cameras.length > 0 && (
          <DeviceSelect
            icon={<Video aria-hidden />}
            label={text("camera")}
            devices={devices.cameras}
            chosen={active("videoinput", choices.camera_id)}
            onChoose={change("videoinput")}
          />
        )}
      </div>
    </Dialog>
  );
}
