import { Clock, DoorClosed, DoorOpen, Lock, LockOpen, MicOff, MousePointer2 } from "lucide-react";
import { useMyIdentity, useRoomState, useSession } from "../session.tsx";
import { useRoomText } from "../text.ts";
import { useAct } from "../useAct.ts";
import { type MoreRow, present } from "./moreRow.ts";

/** What whoever looks after the room does with all of it. */
export function useHostRows(): MoreRow[] {
  const text = useRoomText();
  const { commands } = useSession();
  const act = useAct();
  const me = useMyIdentity();
  const may = new Set(useRoomState((state) => state.me.rights) ?? []);
  const locked = useRoomState((state) => state.room.locked) ?? false;
  const endsAt = useRoomState((state) => state.room.ends_at);
  const lobby = useRoomState((state) => state.lobby ?? null);
  const leads = useRoomState((state) => state.layout?.leader === me) ?? false;
  const forbidden = useRoomState((state) => state.moderation?.unmute_forbidden ?? false) ?? false;
  const { room, moderation, layout } = commands;
  const hard = () => (forbidden ? moderation.forbidUnmute(false) : moderation.muteAll(false));
  return present([
    may.has("mute_others") && { key: "mute_all", icon: MicOff, label: text("muteAll"), run: () => act(moderation.muteAll(true)) },
    may.has("mute_others") && {
      key: "mute_all_hard", icon: MicOff, label: text(forbidden ? "allowUnmute" : "muteAllHard"), active: forbidden, run: () => act(hard()),
    },
    may.has("lead_view") && {
      key: "lead_view", icon: MousePointer2, label: text(leads ? "leadStop" : "lead"), active: leads, run: () => act(layout.lead(!leads)),
    },
    may.has("lock") && {
      key: "lock", icon: locked ? LockOpen : Lock, label: text(locked ? "unlock" : "lock"), active: locked, run: () => act(room.lock(!locked)),
    },
    may.has("admit") && lobby && {
      key: "lobby", icon: lobby.on ? DoorOpen : DoorClosed, label: text(lobby.on ? "lobbyOff" : "lobbyOn"), active: lobby.on,
      run: () => act(commands.lobby.set(!lobby.on)),
    },
    may.has("extend") && endsAt != null && { key: "extend", icon: Clock, label: text("extend"), run: () => act(room.extend(15)) },
  ]);
}
