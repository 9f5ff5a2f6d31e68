import type { Person, Role } from "@stoa/sdk";
import { Ellipsis, Hand, Mic, MicOff, MonitorUp, VideoOff, Video } from "lucide-react";
import { useState } from "react";
import { Avatar } from "../../components/Avatar.tsx";
import { IconButton } from "../../components/Button.tsx";
import { ConfirmDialog } from "../../components/Dialog.tsx";
import { Menu } from "../../components/Menu.tsx";
import type { Presence } from "../media/presence.ts";
import { useMyIdentity, useRoomState, useSession } from "../session.tsx";
import { useRoomText } from "../text.ts";
import { useAct } from "../useAct.ts";
import { type Question, PersonActions, usePersonActions } from "./PersonActions.tsx";

export function PersonRow({
  person,
  presence,
  onMessage,
}: {
  person: Person;
  presence: Presence | null;
  onMessage: (identity: string) => void;
}) {
  const text = useRoomText();
  const me = useMyIdentity();
  const isMe = person.identity === me;
  const [question, ask] = useState<Question | null>(null);
  const actions = usePersonActions(person, presence, { onMessage, ask });
  return (
    <li className="room-person">
      <Avatar name={person.name} seed={person.identity} size={32} />
      <span className="room-person-name">
        <span>{isMe ? text("youSuffix", { name: person.name }) : person.name}</span>
        <Standing person={person} />
      </span>
      <Devices person={person} presence={presence} />
      {actions.length > 0 && (
        <Menu trigger={<IconButton icon={Ellipsis} size="sm" label={text("personMenu", { name: person.name })} />}>
          <PersonActions actions={actions} />
        </Menu>
      )}
      {question && <Asked question={question} person={person} onDone={() => ask(null)} />}
    </li>
  );
}

/** The role where it says something, and whether the person is a guest. */
function Standing({ person }: { person: Person }) {
  const text = useRoomText();
  const words = [
    shown.includes(person.role) && text(`role_${person.role}`),
    person.is_guest && text("guest"),
  ].filter(Boolean);
  return words.length > 0 ? <small>{words.join(" · ")}</small> : null;
}

const shown: Role[] = ["host", "co_host", "speaker", "interpreter", "observer", "agent"];

function Devices({ person, presence }: { person: Person; presence: Presence | null }) {
  const text = useRoomText();
  const hasHand = useRoomState((state) => state.hands?.queue.some((hand) => hand.identity === person.identity));
  if (person.door === "socket" || !presence) return null;
  const speaks = presence.microphone?.isOn ?? false;
  const shows = presence.camera?.isOn ?? false;
  return (
    <span className="room-person-devices">
      {hasHand && <Hand role="img" aria-label={text("handRaised")} size={16} className="hand" />}
      {presence.screen?.isOn && <MonitorUp role="img" aria-label={text("share")} size={16} />}
      {shows ? <Video aria-hidden size={16} /> : <VideoOff aria-hidden size={16} className="off" />}
      {speaks ? (
        <Mic aria-hidden size={16} className={presence.isSpeaking ? "speaking" : ""} />
      ) : (
        <MicOff role="img" aria-label={text("isMuted")} size={16} className="off" />
      )}
    </span>
  );
}

/** Removing, blocking and handing over are asked about first. */
function Asked({ question, person, onDone }: { question: Question; person: Person; onDone: () => void }) {
  const text = useRoomText();
  const { commands } = useSession();
  const act = useAct();
  const { name, identity } = person;
  const words = {
    remove: { title: text("removeTitle", { name }), consequence: text("removeHint"), confirm: text("remove") },
    ban: { title: text("banTitle", { name }), consequence: text("banHint"), confirm: text("ban") },
    hand_over: { title: text("handOverTitle", { name }), consequence: text("handOverHint"), confirm: text("handOver") },
  }[question];
  const carryOut = {
    remove: () => commands.moderation.remove(identity),
    ban: () => commands.moderation.ban(identity),
    hand_over: () => commands.people.handOver(identity),
  }[question];
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onDone()}
      {...words}
      cancel={text("cancel")}
      tone={question === "hand_over" ? "primary" : "danger"}
      onConfirm={() => {
        void act(carryOut());
        onDone();
      }}
    />
  );
}
