import { nextCamera } from "@stoa/models/prejoin";
import { Mic, MicOff, Sparkles, SwitchCamera, UserRound, Video, VideoOff } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { Avatar } from "../../components/Avatar.tsx";
import { Button } from "../../components/Button.tsx";
import { Spinner } from "../../components/Spinner.tsx";
import { canBlur } from "../blur/blurredTrack.ts";
import { RoundButton } from "../controls/RoundButton.tsx";
import type { MediaProblem } from "./useLocalTrack.ts";
import { usePreJoinText } from "./text.ts";
import type { PreJoinState } from "./usePreJoin.ts";
import "./prejoin.css";

/** The mirrored picture of one's own camera with the switches on it. */
export function Preview({ state, name }: { state: PreJoinState; name: string }) {
  const text = usePreJoinText();
  return (
    <section className="room-preview" data-theme="dark" aria-label={text("preview")}>
      {state.permission === "ask" ? <Ask state={state} /> : <Picture state={state} name={name} />}
      {state.permission !== "ask" && <Switches state={state} />}
    </section>
  );
}

function Ask({ state }: { state: PreJoinState }) {
  const text = usePreJoinText();
  return (
    <div className="room-preview-ask">
      <h2>{text("ask")}</h2>
      <p>{text("askWhy")}</p>
      <Button tone="primary" size="lg" icon={Video} onClick={state.askPermission}>
        {text("allow")}
      </Button>
    </div>
  );
}

function Picture({ state, name }: { state: PreJoinState; name: string }) {
  const text = usePreJoinText();
  const { camera, choices, picture } = state;
  if (picture) return <Mirror track={picture} mirrored={!facesAway(state.camera.track)} />;
  const problem = choices.camera_on ? camera.problem : null;
  const waits = choices.camera_on && !problem;
  return (
    <div className="room-preview-none">
      {waits ? <Spinner label={text("opening")} size={28} /> : <Face name={name} />}
      <p role="status">{waits ? text("opening") : problem ? <Problem problem={problem} state={state} /> : text("cameraIsOff")}</p>
    </div>
  );
}

function Face({ name }: { name: string }) {
  if (name.trim() !== "") return <Avatar name={name} seed="me" size={88} />;
  return (
    <span className="room-preview-face" aria-hidden>
      <UserRound size={40} strokeWidth={1.5} />
    </span>
  );
}

function Problem({ problem, state }: { problem: MediaProblem; state: PreJoinState }): ReactNode {
  const text = usePreJoinText();
  switch (problem) {
    case "denied":
      return text("deniedCamera");
    case "blocked_by_system":
      return text("deniedSystem");
    case "missing":
      return text("cameraMissing");
    case "unsupported":
      return text("unsupported");
    case "busy":
    case "failed":
      return (
        <>
          {text(problem === "busy" ? "cameraBusy" : "cameraFailed")}{" "}
          <button type="button" className="room-link" onClick={state.checkAgain}>
            {text("retry")}
          </button>
        </>
      );
  }
}

function Mirror({ track, mirrored }: { track: MediaStreamTrack; mirrored: boolean }) {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const node = video.current;
    if (!node) return;
    node.srcObject = new MediaStream([track]);
    // Rejected when the page goes away before the first frame.
    node.play().catch(() => undefined);
    return () => {
      node.srcObject = null;
    };
  }, [track]);
  return <video ref={video} className={mirrored ? "mirrored" : ""} playsInline autoPlay muted />;
}

function Switches({ state }: { state: PreJoinState }) {
  const text = usePreJoinText();
  const { choices, choose, camera, microphone, devices } = state;
  const [offersBlur] = useState(canBlur);
  const speaks = choices.microphone_on && microphone.problem === null;
  const shows = choices.camera_on && camera.problem === null;
  return (
    <div className="room-preview-switches">
      <RoundButton
        icon={speaks ? Mic : MicOff}
        label={text(choices.microphone_on ? "microphoneOff" : "microphoneOn")}
        off={!speaks}
        disabled={microphone.problem !== null}
        onClick={() => choose({ microphone_on: !choices.microphone_on })}
      />
      <RoundButton
        icon={shows ? Video : VideoOff}
        label={text(choices.camera_on ? "cameraOff" : "cameraOn")}
        off={!shows}
        onClick={() => choose({ camera_on: !choices.camera_on })}
      />
      {isPhone() && devices.cameras.length > 1 && shows && (
        <RoundButton icon={SwitchCamera} label={text("flip")} onClick={() => choose({ camera_id: other(state) })} />
      )}
      {offersBlur && shows && (
        <RoundButton
          icon={Sparkles}
          label={text(choices.blur ? "blurOff" : "blurOn")}
          pressed={choices.blur}
          onClick={() => choose({ blur: !choices.blur })}
        />
      )}
    </div>
  );
}

const isPhone = () => matchMedia("(pointer: coarse)").matches;

/** A camera that looks away from the person is not mirrored: text before it stays readable. */
const facesAway = (track: MediaStreamTrack | null) => track?.getSettings().facingMode === "environment";

function other({ devices, camera }: PreJoinState): string | null {
  return nextCamera(devices.cameras, camera.track?.getSettings().deviceId ?? null)?.deviceId ?? null;
}
