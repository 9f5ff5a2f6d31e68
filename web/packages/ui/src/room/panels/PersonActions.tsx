import type { Person, Role } from "@stoa/sdk";
import {
  Ban,
  Crown,
  Focus,
  Hand,
  type LucideIcon,
  MessageSquare,
  MicOff,
  MonitorOff,
  Mic,
  Sparkle,
  UserCog,
  UserX,
  VideoOff,
} from "lucide-react";
import { MenuItem } from "../../components/Menu.tsx";
import type { Presence } from "../media/presence.ts";
import { useMyIdentity, useRoomState, useSession } from "../session.tsx";
import { useRoomText } from "../text.ts";
import { useAct } from "../useAct.ts";

export type Question = "remove" | "ban" | "hand_over";

export interface PersonAction {
  key: string;
  icon: LucideIcon;
  label: string;
  danger?: boolean;
  run: () => void;
}

/** Roles that one gives by hand; the others come with the link or the token. */
const GIVEN: Role[] = ["co_host", "speaker", "member"];

/** What I may do with this person: exactly that, nothing greyed out. */
export function usePersonActions(
  person: Person,
  presence: Presence | null,
  { onMessage, ask }: {
    onMessage?: (identity: string) => void;
    /** Without it, what needs a question first is not offered. */
    ask?: (question: Question) => void;
  },
): PersonAction[] {
  const text = useRoomText();
  const me = useMyIdentity();
  const { commands } = useSession();
  const act = useAct();
  const rights = useRoomState((state) => state.me.rights) ?? [];
  const layout = useRoomState((state) => state.layout ?? null);
  const hasHand = useRoomState((state) => state.hands?.queue.some((hand) => hand.identity === person.identity));
  const hasFloor = useRoomState((state) => state.hands?.granted.some((floor) => floor.identity === person.identity));
  const { identity } = person;
  const isMe = identity === me;
  const others = !isMe;
  const may = new Set(rights);
  const speaks = presence?.microphone?.isOn ?? false;
  const spotlit = layout?.spotlight?.identity === identity;
  const closeUp = layout?.close_up.includes(identity) ?? false;
  const { moderation, people, hands, layout: view } = commands;

  const actions: (PersonAction | false | null | undefined)[] = [
    others && may.has("chat_private") && onMessage !== undefined && {
      key: "message", icon: MessageSquare, label: text("messageThem"), run: () => onMessage(identity),
    },
    others && may.has("mute_others") && speaks && {
      key: "mute", icon: MicOff, label: text("muteThem"), run: () => void act(moderation.mute(identity)),
    },
    others && may.has("mute_others") && presence !== null && !speaks && {
      key: "ask", icon: Mic, label: text("askUnmute"), run: () => void act(moderation.askUnmute(identity)),
    },
    others && may.has("stop_video") && presence?.camera?.isOn && {
      key: "video", icon: VideoOff, label: text("stopVideo"), run: () => void act(moderation.stopVideo(identity)),
    },
    others && may.has("stop_video") && presence?.screen?.isOn && {
      key: "share", icon: MonitorOff, label: text("stopShare"), run: () => void act(moderation.stopVideo(identity, "screen_share")),
    },
    others && may.has("grant_floor") && hasHand && {
      key: "lower", icon: Hand, label: text("lowerHandOf"), run: () => void act(hands.lower(identity)),
    },
    others && may.has("grant_floor") && hasFloor && {
      key: "revoke", icon: Hand, label: text("revoke"), run: () => void act(hands.revoke(identity)),
    },
    may.has("spotlight") && presence !== null && {
      key: "spotlight", icon: Focus, label: text(spotlit ? "spotlightStop" : "spotlight"),
      run: () => void act(view.spotlight(spotlit ? null : identity, "camera")),
    },
    may.has("close_up") && presence?.camera?.isOn && {
      key: "close_up", icon: Sparkle, label: text(closeUp ? "closeUpOff" : "closeUpOn"),
      run: () => void act(view.closeUp(identity, !closeUp)),
    },
    ...(others && may.has("set_roles") && person.role !== "host"
      ? GIVEN.filter((role) => role !== person.role).map((role) => ({
          key: role, icon: UserCog, label: text("makeRole", { role: text(`role_${role}`) }),
          run: () => void act(people.setRole(identity, role)),
        }))
      : []),
    others && ask !== undefined && may.has("hand_over") && {
      key: "hand_over", icon: Crown, label: text("handOver"), run: () => ask("hand_over"),
    },
    others && ask !== undefined && may.has("remove") && {
      key: "remove", icon: UserX, label: text("remove"), danger: true, run: () => ask("remove"),
    },
    others && ask !== undefined && may.has("ban") && {
      key: "ban", icon: Ban, label: text("ban"), danger: true, run: () => ask("ban"),
    },
  ];
  return actions.filter((action): action is PersonAction => Boolean(action));
}

export function PersonActions({ actions }: { actions: readonly PersonAction[] }) {
  return actions.map(({ key, icon, label, danger, run }) => (
    <MenuItem key={key} icon={icon} {...(danger ? { tone: "danger" as const } : {})} onSelect={run}>
      {label}
    </MenuItem>
  ));
}
