import { FolderOpen, ListChecks, MessageCircleQuestionMark, MessageSquare, Mic, MicOff, MonitorUp, MonitorX, Pencil, PhoneOff, Users, Video, VideoOff } from "lucide-react";
import { useUnread } from "../chat/useUnread.ts";
import { useCamera, useMicrophone, useScreenShare } from "../media/useDeviceControls.ts";
import { useNewQuestions } from "../questions/useNewQuestions.ts";
import { useMay, useRoomState } from "../session.tsx";
import { useRoomText } from "../text.ts";
import { useIsPhone } from "../useMedia.ts";
import { FIRST_DRAWING, type PanelName, useView } from "../view.tsx";
import { MoreMenu } from "./MoreMenu.tsx";
import { RoundButton } from "./RoundButton.tsx";
import { keysFor } from "./keys.ts";

/** Microphone, camera, share, annotate, more – and the way out. */
export function ControlBar({ onLeave }: { onLeave: () => void }) {
  const text = useRoomText();
  const isPhone = useIsPhone();
  return (
    <footer className="room-bar">
      <nav className="room-bar-main" aria-label={text("controls")}>
        <MicrophoneButton />
        <CameraButton />
        <ShareButton />
        <AnnotateButton />
        <MoreMenu />
        <RoundButton
          icon={PhoneOff}
          tone="danger"
          label={text("leave")}
          caption={text("leave")}
          hint={keysFor("leave")}
          className="room-leave"
          onClick={onLeave}
        />
      </nav>
      {!isPhone && <PanelButtons />}
    </footer>
  );
}

function MicrophoneButton() {
  const text = useRoomText();
  const { may, isOn, busy, problem, forbidden, toggle } = useMicrophone();
  if (!may) return null;
  const label = forbidden ? "cannotSpeak" : problem === "denied" ? "microphoneBlocked" : isOn ? "mute" : "unmute";
  return (
    <RoundButton
      icon={isOn ? Mic : MicOff}
      off={!isOn}
      label={text(label)}
      caption={text("microphone")}
      hint={keysFor("toggle_microphone")}
      disabled={busy || forbidden}
      onClick={() => void toggle()}
    />
  );
}

function CameraButton() {
  const text = useRoomText();
  const { may, isOn, busy, problem, toggle } = useCamera();
  if (!may) return null;
  return (
    <RoundButton
      icon={isOn ? Video : VideoOff}
      off={!isOn}
      label={text(problem === "denied" ? "cameraBlocked" : isOn ? "cameraStop" : "cameraStart")}
      caption={text("camera")}
      hint={keysFor("toggle_camera")}
      disabled={busy}
      onClick={() => void toggle()}
    />
  );
}

function ShareButton() {
  const text = useRoomText();
  const { may, isOn, busy, toggle } = useScreenShare();
  if (!may) return null;
  return (
    <RoundButton
      icon={isOn ? MonitorX : MonitorUp}
      lit={isOn}
      label={text(isOn ? "shareStop" : "shareStart")}
      caption={text("share")}
      hint={keysFor("toggle_share")}
      disabled={busy}
      onClick={() => void toggle()}
    />
  );
}

function AnnotateButton() {
  const text = useRoomText();
  const { drawing, setDrawing } = useView();
  const may = useMay("annotate");
  const has = useRoomState((state) => state.annotation !== undefined) ?? false;
  if (!may || !has) return null;
  return (
    <RoundButton
      icon={Pencil}
      pressed={drawing !== null}
      label={text("annotateStart")}
      caption={text("annotate")}
      hint={keysFor("toggle_annotation")}
      onClick={() => setDrawing(drawing ? null : FIRST_DRAWING)}
    />
  );
}

/** People, chat, questions, files, agenda: what opens beside the stage. */
export function PanelButtons() {
  const text = useRoomText();
  const { panel, setPanel } = useView();
  const isPhone = useIsPhone();
  const people = useRoomState((state) => state.people.people.length + state.people.audience) ?? 0;
  const waiting = useRoomState((state) => (state.lobby?.waiting.length ?? 0) + (state.hands?.queue.length ?? 0)) ?? 0;
  const hasChat = useRoomState((state) => state.chat !== undefined) ?? false;
  const unread = useUnread(panel === "chat");
  const toggle = (name: PanelName) => setPanel((open) => (open === name ? null : name));
  const captions = !isPhone;
  return (
    <nav className="room-bar-panels" aria-label={text("people")}>
      <RoundButton
        icon={Users}
        pressed={panel === "people"}
        label={waiting > 0 ? text("peopleWaiting", { count: people, waiting }) : text("peopleButton", { count: people })}
        caption={captions ? text("people") : undefined}
        hint={keysFor("toggle_people")}
        count={waiting}
        onClick={() => toggle("people")}
      />
      {hasChat && (
        <RoundButton
          icon={MessageSquare}
          pressed={panel === "chat"}
          label={unread > 0 ? text("chatUnread", { count: unread }) : text("chatButton")}
          caption={captions ? text("chat") : undefined}
          hint={keysFor("toggle_chat")}
          count={unread}
          onClick={() => toggle("chat")}
        />
      )}
      {!isPhone && <QuestionsButton />}
      {!isPhone && hasChat && (
        <RoundButton
          icon={FolderOpen}
          pressed={panel === "files"}
          label={text("files")}
          caption={text("files")}
          onClick={() => toggle("files")}
        />
      )}
      {!isPhone && (
        <RoundButton
          icon={ListChecks}
          pressed={panel === "agenda"}
          label={text("agenda")}
          caption={text("agenda")}
          onClick={() => toggle("agenda")}
        />
      )}
    </nav>
  );
}

function QuestionsButton() {
  const text = useRoomText();
  const { panel, setPanel } = useView();
  const has = useRoomState((state) => state.questions !== undefined) ?? false;
  const isOpen = panel === "questions";
  const count = useNewQuestions(isOpen);
  if (!has) return null;
  return (
    <RoundButton
      icon={MessageCircleQuestionMark}
      pressed={isOpen}
      label={count > 0 ? text("questionsNew", { count }) : text("questions")}
      caption={text("questions")}
      count={count}
      onClick={() => setPanel(isOpen ? null : "questions")}
    />
  );
}
