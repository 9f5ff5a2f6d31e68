import { useFormat } from "../../i18n/format.ts";
import { useMicrophone } from "../media/useDeviceControls.ts";
import { useMyIdentity, useNameOf, useRoomEvent, useSession } from "../session.tsx";
import { useRoomText } from "../text.ts";
import { useAct } from "../useAct.ts";
import { useView } from "../view.tsx";
import { useNotices } from "./useNotices.ts";

/** In larger rooms coming and going is no news, it is noise. */
const QUIET_FROM = 12;
const MESSAGE_PREVIEW = 90;

/** Turns the room's events into notices. Shows nothing by itself. */
export function RoomNotices() {
  usePeopleNotices();
  useModerationNotices();
  useRoomNotices();
  useChatNotices();
  useQuestionNotices();
  return null;
}

function usePeopleNotices(): void {
  const text = useRoomText();
  const notices = useNotices();
  const me = useMyIdentity();
  const act = useAct();
  const { stoa, commands } = useSession();
  const isQuiet = () => (stoa.state.getSnapshot()?.people.people.length ?? 0) >= QUIET_FROM;
  useRoomEvent("people.came", ({ person }) => {
    if (person.identity !== me && !isQuiet()) notices.show({ content: { text: text("came", { name: person.name }) } });
  });
  // The state no longer knows who left: names are remembered while they are here.
  const nameOf = useRememberedNames();
  useRoomEvent("people.left", ({ identity }) => {
    const name = nameOf(identity);
    if (name && identity !== me && !isQuiet()) notices.show({ content: { text: text("left", { name }) } });
  });
  useRoomEvent("hands.raised", ({ hand }) => {
    if (hand.identity === me) return;
    notices.show({ content: { text: text("toastHand", { name: hand.name }) }, same_as: `hand ${hand.identity}` });
  });
  useRoomEvent("hands.granted", ({ identity }) => {
    if (identity === me) notices.show({ content: { text: text("toastGranted") }, tone: "success" });
  });
  useRoomEvent("hands.revoked", ({ identity }) => {
    if (identity === me) notices.show({ content: { text: text("toastRevoked") } });
  });
  useRoomEvent("lobby.knocked", ({ visitor }) => {
    notices.show({
      content: {
        text: text("toastKnock", { name: visitor.name }),
        action: {
          label: text("admit"),
          run: () => void act(commands.lobby.admit(visitor.ticket)),
        },
      },
      same_as: `knock ${visitor.ticket}`,
      stays_ms: 15_000,
    });
  });
}

function useRememberedNames(): (identity: string) => string | null {
  const { stoa } = useSession();
  const names = namesOf(stoa);
  for (const person of stoa.state.getSnapshot()?.people.people ?? []) names.set(person.identity, person.name);
  return (identity) => names.get(identity) ?? null;
}

const remembered = new WeakMap<object, Map<string, string>>();
function namesOf(room: object): Map<string, string> {
  const names = remembered.get(room) ?? new Map<string, string>();
  remembered.set(room, names);
  return names;
}

function useModerationNotices(): void {
  const text = useRoomText();
  const notices = useNotices();
  const me = useMyIdentity();
  const nameOf = useNameOf();
  const microphone = useMicrophone();
  const who = (by: string | null) => nameOf(by, text("someone"));
  useRoomEvent("moderation.muted", ({ identity, by }) => {
    if (identity === me && by !== me) notices.show({ content: { text: text("toastMutedYou", { name: who(by) }) }, tone: "warning" });
  });
  useRoomEvent("moderation.all_muted", ({ by }) => {
    if (by !== me) notices.show({ content: { text: text("toastAllMuted", { name: who(by) }) }, tone: "warning" });
  });
  useRoomEvent("moderation.video_stopped", ({ identity, source, by }) => {
    if (identity !== me) return;
    const key = source === "camera" ? "toastVideoStopped" : "toastShareStopped";
    notices.show({ content: { text: text(key, { name: who(by) }) }, tone: "warning" });
  });
  useRoomEvent("moderation.asked_to_unmute", ({ by }) => {
    notices.show({
      content: {
        text: text("toastAskUnmute", { name: who(by) }),
        action: { label: text("unmute"), run: () => void microphone.set(true) },
      },
      same_as: "ask",
      stays_ms: 20_000,
    });
  });
}

function useRoomNotices(): void {
  const text = useRoomText();
  const format = useFormat();
  const notices = useNotices();
  const me = useMyIdentity();
  const nameOf = useNameOf();
  const who = (by: string | null) => nameOf(by, text("someone"));
  useRoomEvent("room.locked", ({ locked }) => {
    notices.show({ content: { text: text(locked ? "toastLocked" : "toastUnlocked") }, same_as: "lock" });
  });
  useRoomEvent("room.extended", ({ ends_at }) => {
    notices.show({ content: { text: text("toastExtended", { time: format.time(ends_at) }) }, tone: "success" });
  });
  useRoomEvent("room.ending", ({ ends_at }) => {
    const count = Math.max(1, Math.round((ends_at - Date.now()) / 60_000));
    notices.show({ content: { text: text("toastEnding", { count }) }, tone: "warning", stays_ms: 15_000 });
  });
  useRoomEvent("room.rights_changed", ({ role }) => {
    notices.show({ content: { text: text("toastRole", { role: text(`role_${role}`) }) }, same_as: "role" });
  });
  useRoomEvent("layout.led", ({ by }) => {
    if (by === me) return;
    notices.show({ content: { text: by ? text("toastLed", { name: who(by) }) : text("toastLedEnd") }, same_as: "led" });
  });
  useRoomEvent("layout.spotlit", ({ identity, by }) => {
    if (by === me || !identity) return;
    notices.show({ content: { text: text("toastSpotlit", { name: who(identity) }) }, same_as: "spotlit" });
  });
  useRoomEvent("timer.rang", () => notices.show({ content: { text: text("timerRang") }, tone: "warning", same_as: "timer" }));
}

function useChatNotices(): void {
  const text = useRoomText();
  const notices = useNotices();
  const me = useMyIdentity();
  const { panel, setPanel } = useView();
  useRoomEvent("chat.said", ({ message }) => {
    if (panel === "chat" || message.from.identity === me) return;
    const words = message.text || message.files[0]?.name || "";
    const shown = words.length > MESSAGE_PREVIEW ? `${words.slice(0, MESSAGE_PREVIEW)}…` : words;
    notices.show({
      content: {
        text: text("toastMessage", { name: message.from.name, text: shown }),
        action: { label: text("reply"), run: () => setPanel("chat") },
      },
      same_as: "chat",
    });
  });
}

/** Whoever asked may look elsewhere while his question is answered. */
function useQuestionNotices(): void {
  const text = useRoomText();
  const notices = useNotices();
  const me = useMyIdentity();
  const { stoa } = useSession();
  const { panel, setPanel } = useView();
  useRoomEvent("questions.answered", ({ question, answer }) => {
    const asked = stoa.state.getSnapshot()?.questions?.mine.asked ?? [];
    if (panel === "questions" || !asked.includes(question) || answer.by.identity === me) return;
    notices.show({
      content: { text: text("toastAnswered"), action: { label: text("show"), run: () => setPanel("questions") } },
      tone: "success",
      same_as: "answered",
    });
  });
}
