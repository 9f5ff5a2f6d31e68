import { EMOJIS } from "@stoa/sdk";
import {
  ActivitySquare,
  AlarmClock,
  Clock,
  DoorClosed,
  DoorOpen,
  Expand,
  FolderOpen,
  Grid2x2,
  Hand,
  Keyboard,
  Link,
  ListChecks,
  Lock,
  LockOpen,
  type LucideIcon,
  MicOff,
  Moon,
  MousePointer2,
  PictureInPicture2,
  RectangleHorizontal,
  Settings2,
  Sparkle,
  Sparkles,
  Sun,
  SwitchCamera,
} from "lucide-react";
import { type ReactNode, useState } from "react";
import { copyText } from "../../components/Copy.tsx";
import { useToast } from "../../components/Toast.tsx";
import { canBlur } from "../blur/blurredTrack.ts";
import { useMeetingTheme } from "../meeting/theme.tsx";
import { useBlurSwitch, useFlip } from "../media/useDeviceControls.ts";
import { useMyPresence } from "../media/usePresence.ts";
import { useMay, useMyIdentity, useRoomState, useSession } from "../session.tsx";
import { useRoomText } from "../text.ts";
import { useAct } from "../useAct.ts";
import { useIsPhone } from "../useMedia.ts";
import { useView } from "../view.tsx";
import { canFullScreen, toggleFullScreen } from "./fullScreen.ts";
import { canPictureInPicture, togglePictureInPicture } from "./pictureInPicture.ts";
import { keysFor } from "./keys.ts";
import { useHandToggle } from "./useHandToggle.ts";

export type MoreDialog = "devices" | "timer" | "shortcuts";
type Props = { onDone: () => void; onDialog: (dialog: MoreDialog) => void };

export function MoreContent({ onDone, onDialog }: Props) {
  return (
    <div className="room-more-content">
      <Reactions onDone={onDone} />
      <Mine onDone={onDone} onDialog={onDialog} />
      <HostTools onDone={onDone} />
    </div>
  );
}

function Reactions({ onDone }: { onDone: () => void }) {
  const text = useRoomText();
  const { commands } = useSession();
  const act = useAct();
  const may = useMay("react");
  if (!may) return null;
  return (
    <div className="room-emojis" role="group" aria-label={text("reactions")}>
      {EMOJIS.map((emoji) => (
        <button
          key={emoji}
          type="button"
          aria-label={text("react", { emoji })}
          onClick={() => {
            void act(commands.reactions.send(emoji));
            onDone();
          }}
        >
          {emoji}
        </button>
      ))}
    </div>
  );
}

function Mine({ onDone, onDialog }: Props) {
  const text = useRoomText();
  const isPhone = useIsPhone();
  const toast = useToast();
  const act = useAct();
  const { commands, inviteUrl } = useSession();
  const { mode, setMode, setPanel } = useView();
  const hand = useHandToggle();
  const flip = useFlip();
  const blur = useBlurSwitch();
  const [offersBlur] = useState(canBlur);
  const { camera } = useMyPresence();
  const me = useMyIdentity();
  const mayRunTimer = useMay("run_timer");
  const mayCloseUp = useMay("close_up");
  const hasFiles = useRoomState((state) => state.chat !== undefined) ?? false;
  const isCloseUp = useRoomState((state) => state.layout?.close_up.includes(me) ?? false) ?? false;
  const { theme, setTheme } = useMeetingTheme();
  const run = (action: () => unknown) => () => {
    void action();
    onDone();
  };
  return (
    <div className="room-more-list">
      {hand && (
        <Row icon={Hand} keys={keysFor("toggle_hand")} active={hand.isUp} onClick={run(hand.toggle)}>
          {text(hand.isUp ? "lowerHand" : "raiseHand")}
        </Row>
      )}
      <Row icon={mode === "grid" ? RectangleHorizontal : Grid2x2} keys={keysFor("toggle_layout")} onClick={run(() => setMode(mode === "grid" ? "speaker" : "grid"))}>
        {text("layout")}: {text(mode === "grid" ? "layoutSpeaker" : "layoutGrid")}
      </Row>
      {inviteUrl && (
        <Row icon={Link} onClick={run(async () => (await copyText(inviteUrl)) && toast.done(text("linkCopied")))}>
          {text("copyLink")}
        </Row>
      )}
      {isPhone && hasFiles && (
        <Row icon={FolderOpen} onClick={run(() => setPanel("files"))}>
          {text("files")}
        </Row>
      )}
      {isPhone && (
        <Row icon={ListChecks} onClick={run(() => setPanel("agenda"))}>
          {text("agenda")}
        </Row>
      )}
      {mayRunTimer && (
        <Row icon={AlarmClock} onClick={() => onDialog("timer")}>
          {text("timer")}
        </Row>
      )}
      {flip && (
        <Row icon={SwitchCamera} onClick={run(flip)}>
          {text("flip")}
        </Row>
      )}
      {offersBlur && camera?.isOn && (
        <Row icon={Sparkles} active={blur.isOn} onClick={run(blur.toggle)}>
          {text(blur.isOn ? "blurOff" : "blurOn")}
        </Row>
      )}
      {mayCloseUp && camera?.isOn && (
        <Row icon={Sparkle} active={isCloseUp} onClick={run(() => act(commands.layout.closeUp(me, !isCloseUp)))}>
          {text(isCloseUp ? "closeUpOff" : "closeUpOn")}
        </Row>
      )}
      <Row icon={Settings2} onClick={() => onDialog("devices")}>
        {text("devices")}
      </Row>
      {canPictureInPicture && (
        <Row icon={PictureInPicture2} onClick={run(togglePictureInPicture)}>
          {text("pictureInPicture")}
        </Row>
      )}
      {canFullScreen && (
        <Row icon={Expand} keys={keysFor("toggle_full_screen")} onClick={run(toggleFullScreen)}>
          {text(document.fullscreenElement ? "exitFullScreen" : "fullScreen")}
        </Row>
      )}
      <Row icon={ActivitySquare} keys={keysFor("toggle_statistics")} onClick={run(() => setPanel("statistics"))}>
        {text("statistics")}
      </Row>
      <Row icon={theme === "dark" ? Sun : Moon} onClick={run(() => setTheme(theme === "dark" ? "light" : "dark"))}>
        {text("appearance")}: {text(theme === "dark" ? "appearanceLight" : "appearanceDark")}
      </Row>
      {!isPhone && (
        <Row icon={Keyboard} keys={keysFor("show_shortcuts")} onClick={() => onDialog("shortcuts")}>
          {text("shortcuts")}
        </Row>
      )}
    </div>
  );
}

function HostTools({ onDone }: { onDone: () => void }) {
  const text = useRoomText();
  const { commands } = useSession();
  const act = useAct();
  const me = useMyIdentity();
  const rights = useRoomState((state) => state.me.rights) ?? [];
  const locked = useRoomState((state) => state.room.locked) ?? false;
  const endsAt = useRoomState((state) => state.room.ends_at);
  const lobby = useRoomState((state) => state.lobby ?? null);
  const leader = useRoomState((state) => state.layout?.leader ?? null);
  const forbidden = useRoomState((state) => state.moderation?.unmute_forbidden ?? false) ?? false;
  const may = new Set(rights);
  const run = (command: () => Promise<unknown>) => () => {
    void act(command());
    onDone();
  };
  const { room, moderation, layout } = commands;
  const rows: ReactNode[] = [
    may.has("mute_others") && (
      <Row key="mute" icon={MicOff} onClick={run(() => moderation.muteAll(true))}>
        {text("muteAll")}
      </Row>
    ),
    may.has("mute_others") && (
      <Row key="hard" icon={MicOff} active={forbidden} onClick={run(() => (forbidden ? moderation.forbidUnmute(false) : moderation.muteAll(false)))}>
        {text(forbidden ? "allowUnmute" : "muteAllHard")}
      </Row>
    ),
    may.has("lead_view") && (
      <Row key="lead" icon={MousePointer2} active={leader === me} onClick={run(() => layout.lead(leader !== me))}>
        {text(leader === me ? "leadStop" : "lead")}
      </Row>
    ),
    may.has("lock") && (
      <Row key="lock" icon={locked ? LockOpen : Lock} active={locked} onClick={run(() => room.lock(!locked))}>
        {text(locked ? "unlock" : "lock")}
      </Row>
    ),
    may.has("admit") && lobby && (
      <Row key="lobby" icon={lobby.on ? DoorOpen : DoorClosed} active={lobby.on} onClick={run(() => commands.lobby.set(!lobby.on))}>
        {text(lobby.on ? "lobbyOff" : "lobbyOn")}
      </Row>
    ),
    may.has("extend") && endsAt !== null && (
      <Row key="extend" icon={Clock} onClick={run(() => room.extend(15))}>
        {text("extend")}
      </Row>
    ),
  ].filter(Boolean);
  if (rows.length === 0) return null;
  return (
    <div className="room-more-list" role="group" aria-label={text("hostTools")}>
      <p className="room-more-heading">{text("hostTools")}</p>
      {rows}
    </div>
  );
}

type RowProps = { icon: LucideIcon; keys?: string; active?: boolean; onClick: () => void; children: ReactNode };

function Row({ icon: Icon, keys, active, onClick, children }: RowProps) {
  return (
    <button type="button" className="room-more-row" data-active={active || undefined} onClick={onClick}>
      <Icon aria-hidden size={18} />
      <span>{children}</span>
      {keys && <kbd aria-hidden>{keys}</kbd>}
    </button>
  );
}
