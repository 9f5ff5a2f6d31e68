import type { Invitation } from "@stoa/sdk/api";
import { Button, Field, Input } from "@stoa/ui";
import { DeviceRows, NetworkVerdict, PermissionRepair, type PreJoinState, Preview, rememberChoices, useNetworkVerdict, usePreJoin } from "@stoa/ui/prejoin";
import { ArrowRight, Hand } from "lucide-react";
import { type FormEvent, useLayoutEffect, useRef, useState } from "react";
import { api } from "../api.ts";
import { useMeetText } from "../text.ts";
import { About } from "./About.tsx";
import { Inside } from "./Inside.tsx";
import { isPasscodeProblem, useEnteringProblem } from "./problem.ts";

export interface Entering {
  readonly name: string;
  readonly passcode: string;
  readonly microphoneOn: boolean;
  readonly cameraOn: boolean;
}

type Props = { invitation: Invitation; firstName: string; onEnter: (entering: Entering) => Promise<void> };

const MAX_NAME = 60;

/** The page before the door: see and hear oneself, give a name, go in. */
export function Welcome({ invitation, firstName, onEnter }: Props) {
  const state = usePreJoin({ cameraDefault: invitation.camera_default });
  const verdict = useNetworkVerdict(api.probe);
  const advised = useAdvice(verdict?.advice.camera_off ?? false, state);
  const [name, setName] = useState(firstName);
  const isDenied = [state.camera.problem, state.microphone.problem].some((one) => one === "denied" || one === "blocked_by_system");
  const text = useMeetText();
  return (
    <div className="meet-welcome">
      <div className="meet-welcome-what">
        <About invitation={invitation} />
        <Inside invitation={invitation} />
      </div>
      <div className="meet-welcome-preview">
        <Preview state={state} name={name} />
        {isDenied && <PermissionRepair onCheckAgain={state.checkAgain} />}
        <div className="meet-network">
          <NetworkVerdict verdict={verdict} />
          {advised && <p className="meet-note">{text("adviceCamera")}</p>}
        </div>
      </div>
      <EntranceForm
        invitation={invitation}
        name={name}
        onName={setName}
        onEnter={(passcode) =>
          onEnter({
            name: name.trim(),
            passcode,
            microphoneOn: state.choices.microphone_on && state.microphone.track !== null,
            cameraOn: state.choices.camera_on && state.camera.track !== null,
          })
        }
      />
      {state.permission === "asked" && <Devices state={state} />}
    </div>
  );
}

/** Open where there is room; on phones the first look belongs to the picture and the way in. */
function Devices({ state }: { state: PreJoinState }) {
  const text = useMeetText();
  const [isWide] = useState(() => matchMedia("(min-width: 56rem)").matches);
  return (
    <details className="meet-welcome-devices" open={isWide}>
      <summary>{text("settings")}</summary>
      <DeviceRows state={state} />
    </details>
  );
}

/** On a weak network the camera begins switched off – once, and the person may think otherwise. */
function useAdvice(cameraOff: boolean, { choices, choose }: ReturnType<typeof usePreJoin>): boolean {
  const [advised, setAdvised] = useState(false);
  // Together with the verdict, before anybody can act on it and be overruled.
  useLayoutEffect(() => {
    if (!cameraOff || advised || !choices.camera_on) return;
    setAdvised(true);
    choose({ camera_on: false });
  }, [cameraOff, advised, choices.camera_on, choose]);
  return advised && !choices.camera_on;
}

type FormProps = { invitation: Invitation; name: string; onName: (name: string) => void; onEnter: (passcode: string) => Promise<void> };

function EntranceForm({ invitation, name, onName, onEnter }: FormProps) {
  const text = useMeetText();
  const sentence = useEnteringProblem();
  const nameBox = useRef<HTMLInputElement>(null);
  const [passcode, setPasscode] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<{ at: "name" | "passcode" | "form"; words: string } | null>(null);
  const problemAt = (at: string) => (problem?.at === at ? problem.words : null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() === "") {
      setProblem({ at: "name", words: text("nameMissing") });
      return nameBox.current?.focus();
    }
    setBusy(true);
    setProblem(null);
    rememberChoices({ name: name.trim() });
    try {
      await onEnter(passcode);
    } catch (error) {
      setBusy(false);
      setProblem({ at: isPasscodeProblem(error) ? "passcode" : "form", words: sentence(error) });
    }
  };
  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <Field label={text("name")} error={problemAt("name")}>
        <Input
          ref={nameBox}
          value={name}
          maxLength={MAX_NAME}
          autoComplete="name"
          enterKeyHint="go"
          onChange={(event) => onName(event.target.value)}
        />
      </Field>
      {invitation.passcode_required && (
        <Field label={text("passcode")} error={problemAt("passcode")}>
          <Input value={passcode} autoComplete="one-time-code" enterKeyHint="go" onChange={(event) => setPasscode(event.target.value)} />
        </Field>
      )}
      <Consent lines={invitation.consent} />
      {problem?.at === "form" && (
        <p role="alert" className="meet-problem">
          {problem.words}
        </p>
      )}
      <div className="meet-enter">
        <Button type="submit" tone="primary" size="lg" wide busy={busy} icon={invitation.lobby ? Hand : ArrowRight}>
          {text(invitation.lobby ? "knock" : "join")}
        </Button>
        {invitation.lobby && <p className="meet-note">{text("lobbyHint")}</p>}
      </div>
    </form>
  );
}

function Consent({ lines }: { lines: Invitation["consent"] }) {
  const text = useMeetText();
  if (lines.length === 0) return null;
  return (
    <div className="meet-consent">
      <p>{text("consentTitle")}</p>
      <ul>
        {lines.map((line) => (
          <li key={line.id}>{line.text}</li>
        ))}
      </ul>
    </div>
  );
}
