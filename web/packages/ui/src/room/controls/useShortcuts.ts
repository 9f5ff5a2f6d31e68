import { type Action, actionOf, pushToTalk } from "@stoa/models/shortcuts";
import { useEffect, useRef } from "react";
import { useCamera, useMicrophone, useScreenShare } from "../media/useDeviceControls.ts";
import { useMay } from "../session.tsx";
import { FIRST_DRAWING, type PanelName, useView } from "../view.tsx";
import { toggleFullScreen } from "./fullScreen.ts";
import { isMac } from "./keys.ts";
import { useHandToggle } from "./useHandToggle.ts";

/** The keyboard of the whole meeting. */
export function useShortcuts({ onLeave, onHelp }: { onLeave: () => void; onHelp: () => void }): void {
  const acts = useActs({ onLeave, onHelp });
  const close = useClose();
  const microphone = useMicrophone();
  const latest = useRef({ acts, close, microphone });
  useEffect(() => {
    latest.current = { acts, close, microphone };
  });
  useEffect(() => {
    const talk = pushToTalk({
      isOn: () => latest.current.microphone.isOn,
      set: (on) => void latest.current.microphone.set(on),
    });
    const pressed = (event: KeyboardEvent) => {
      const { acts, close, microphone } = latest.current;
      if (event.defaultPrevented) return;
      if (event.key === "Escape" && !isTyping(event.target)) return close();
      const action = actionOf(event, !onNothing(event.target), isMac);
      if (!action) return;
      event.preventDefault();
      if (action !== "talk") acts[action]();
      else if (microphone.may && !microphone.forbidden) talk.press();
    };
    const released = (event: KeyboardEvent) => event.code === "Space" && talk.release();
    window.addEventListener("keydown", pressed);
    window.addEventListener("keyup", released);
    // The key may be let go while another window has the focus.
    window.addEventListener("blur", talk.release);
    return () => {
      window.removeEventListener("keydown", pressed);
      window.removeEventListener("keyup", released);
      window.removeEventListener("blur", talk.release);
    };
  }, []);
}

function useActs({ onLeave, onHelp }: { onLeave: () => void; onHelp: () => void }): Record<Exclude<Action, "talk">, () => void> {
  const { setPanel, setDrawing, mode, setMode } = useView();
  const microphone = useMicrophone();
  const camera = useCamera();
  const share = useScreenShare();
  const hand = useHandToggle();
  const mayAnnotate = useMay("annotate");
  const toggle = (name: PanelName) => setPanel((open) => (open === name ? null : name));
  return {
    toggle_microphone: () => void (microphone.may && !microphone.forbidden && microphone.toggle()),
    toggle_camera: () => void (camera.may && camera.toggle()),
    toggle_share: () => void (share.may && share.toggle()),
    toggle_annotation: () => mayAnnotate && setDrawing((drawing) => (drawing ? null : FIRST_DRAWING)),
    toggle_hand: () => void hand?.toggle(),
    toggle_people: () => toggle("people"),
    toggle_chat: () => toggle("chat"),
    toggle_layout: () => setMode(mode === "grid" ? "speaker" : "grid"),
    toggle_full_screen: () => void toggleFullScreen(),
    toggle_statistics: () => toggle("statistics"),
    leave: onLeave,
    show_shortcuts: onHelp,
  };
}

/** Escape ends what is open, the drawing first. */
function useClose(): () => void {
  const { drawing, setDrawing, setPanel } = useView();
  return () => (drawing ? setDrawing(null) : setPanel(null));
}

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement && target.matches("input, textarea, select, [contenteditable]");

/** Space presses a focused button; it opens the microphone only where it would do nothing else. */
const onNothing = (target: EventTarget | null) => target === document.body || target === document.documentElement;
