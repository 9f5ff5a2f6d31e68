import {
  ActivitySquare,
  AlarmClock,
  Expand,
  Focus,
  FolderOpen,
  Grid2x2,
  Hand,
  Keyboard,
  Link,
  ListChecks,
  MessageCircleQuestionMark,
  Moon,
  PictureInPicture2,
  RectangleHorizontal,
  Settings2,
  Sparkles,
  Sun,
  SwitchCamera,
} from "lucide-react";
import { useState } from "react";
import { copyText } from "../../components/Copy.tsx";
import { useToast } from "../../components/Toast.tsx";
import { canBlur } from "../blur/blurredTrack.ts";
import { useBlurSwitch, useFlip } from "../media/useDeviceControls.ts";
import { useMyPresence } from "../media/usePresence.ts";
import { useMeetingTheme } from "../meeting/theme.tsx";
import { useMay, useMyIdentity, useRoomState, useSession } from "../session.tsx";
import { useRoomText } from "../text.ts";
import { useAct } from "../useAct.ts";
import { useIsPhone } from "../useMedia.ts";
import { useView } from "../view.tsx";
import { canFullScreen, toggleFullScreen } from "./fullScreen.ts";
import { keysFor } from "./keys.ts";
import { type MoreRow, present } from "./moreRow.ts";
import { canPictureInPicture, togglePictureInPicture } from "./pictureInPicture.ts";
import { useHandToggle } from "./useHandToggle.ts";

export type MoreDialog = "devices" | "timer" | "shortcuts";

/** What everybody does for himself: hand, view, camera, devices. */
export function useMyRows(onDialog: (dialog: MoreDialog) => void): MoreRow[] {
  const text = useRoomText();
  const isPhone = useIsPhone();
  const { setPanel } = useView();
  const hand = useHandToggle();
  const mayRunTimer = useMay("run_timer");
  const hasFiles = useRoomState((state) => state.chat !== undefined) ?? false;
  const hasQuestions = useRoomState((state) => state.questions !== undefined) ?? false;
  const view = useViewRows();
  const camera = useCameraRows();
  return present([
    hand && {
      key: "hands", icon: Hand, label: text(hand.isUp ? "lowerHand" : "raiseHand"), keys: keysFor("toggle_hand"), active: hand.isUp, run: hand.toggle,
    },
    // On a phone, goods are shown by turning the camera round.
    ...(isPhone ? camera : []),
    ...view.slice(0, 1),
    useInviteRow(),
    isPhone && hasQuestions && { key: "questions", icon: MessageCircleQuestionMark, label: text("questions"), run: () => setPanel("questions") },
    isPhone && hasFiles && { key: "files", icon: FolderOpen, label: text("files"), run: () => setPanel("files") },
    isPhone && { key: "agenda", icon: ListChecks, label: text("agenda"), run: () => setPanel("agenda") },
    mayRunTimer && { key: "timer", icon: AlarmClock, label: text("timer"), opens: true, run: () => onDialog("timer") },
    ...(isPhone ? [] : camera),
    { key: "devices", icon: Settings2, label: text("devices"), opens: true, run: () => onDialog("devices") },
    ...view.slice(1),
    { key: "statistics", icon: ActivitySquare, label: text("statistics"), keys: keysFor("toggle_statistics"), run: () => setPanel("statistics") },
    useAppearanceRow(),
    !isPhone && {
      key: "shortcuts", icon: Keyboard, label: text("shortcuts"), keys: keysFor("show_shortcuts"), opens: true, run: () => onDialog("shortcuts"),
    },
  ]);
}

/** The layout first, then other windows and the whole screen. */
function useViewRows(): MoreRow[] {
  const text = useRoomText();
  const { mode, setMode } = useView();
  const other = mode === "grid" ? "speaker" : "grid";
  return present([
    {
      key: "layout", icon: other === "speaker" ? RectangleHorizontal : Grid2x2, keys: keysFor("toggle_layout"), run: () => setMode(other),
      label: text("choice", { what: text("layout"), value: text(other === "speaker" ? "layoutSpeaker" : "layoutGrid") }),
    },
    canPictureInPicture && { key: "picture_in_picture", icon: PictureInPicture2, label: text("pictureInPicture"), run: togglePictureInPicture },
    canFullScreen && {
      key: "full_screen", icon: Expand, label: text(document.fullscreenElement ? "exitFullScreen" : "fullScreen"),
      keys: keysFor("toggle_full_screen"), run: toggleFullScreen,
    },
  ]);
}

function useCameraRows(): MoreRow[] {
  const text = useRoomText();
  const act = useAct();
  const { commands } = useSession();
  const me = useMyIdentity();
  const { camera } = useMyPresence();
  const flip = useFlip();
  const blur = useBlurSwitch();
  const [offersBlur] = useState(canBlur);
  const mayCloseUp = useMay("close_up");
  const isCloseUp = useRoomState((state) => state.layout?.close_up.includes(me) ?? false) ?? false;
  const isOn = camera?.isOn ?? false;
  return present([
    flip && { key: "flip", icon: SwitchCamera, label: text("flip"), run: flip },
    mayCloseUp && isOn && {
      key: "close_up", icon: Focus, label: text(isCloseUp ? "closeUpOff" : "closeUpOn"), active: isCloseUp,
      run: () => act(commands.layout.closeUp(me, !isCloseUp)),
    },
    offersBlur && isOn && { key: "blur", icon: Sparkles, label: text(blur.isOn ? "blurOff" : "blurOn"), active: blur.isOn, run: blur.toggle },
  ]);
}

function useInviteRow(): MoreRow | null {
  const text = useRoomText();
  const toast = useToast();
  const { inviteUrl } = useSession();
  if (!inviteUrl) return null;
  return { key: "invite", icon: Link, label: text("copyLink"), run: async () => (await copyText(inviteUrl)) && toast.done(text("linkCopied")) };
}

function useAppearanceRow(): MoreRow {
  const text = useRoomText();
  const { theme, setTheme } = useMeetingTheme();
  const other = theme === "dark" ? "light" : "dark";
  return {
    key: "appearance", icon: other === "light" ? Sun : Moon, run: () => setTheme(other),
    label: text("choice", { what: text("appearance"), value: text(other === "light" ? "appearanceLight" : "appearanceDark") }),
  };
}
