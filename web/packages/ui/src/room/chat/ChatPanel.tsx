import { type ChatMessage } from "@stoa/sdk";
import { MessageSquare, Timer as Clock } from "lucide-react";
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { Button, IconButton } from "../../components/Button.tsx";
import { Menu, MenuChoices } from "../../components/Menu.tsx";
import { EmptyState } from "../../components/State.tsx";
import { Panel } from "../panels/Panel.tsx";
import { useMay, useRoomState, useSession } from "../session.tsx";
import { useRoomText } from "../text.ts";
import { useAct } from "../useAct.ts";
import { Composer } from "./Composer.tsx";
import { Message } from "./Message.tsx";
import "./chat.css";

const NONE: readonly ChatMessage[] = [];
/** So near the end one is reading along: new messages then scroll by themselves. */
const NEAR_END_PX = 60;
const GROUP_MS = 2 * 60_000;
const PAGE = 50;

/** Messages of the meeting and a box to write one. `to` preselects a person. */
export function ChatPanel({ onClose, to }: { onClose: () => void; to?: string | null }) {
  const text = useRoomText();
  const mayModerate = useMay("moderate_chat");
  const [replyTo, setReplyTo] = useState<ChatMessage | null>(null);
  return (
    <Panel title={text("chat")} name="chat" onClose={onClose} actions={mayModerate ? <SlowMode /> : undefined}>
      <MessageList onReply={setReplyTo} />
      <Composer replyTo={replyTo} onReplied={() => setReplyTo(null)} to={to ?? null} />
    </Panel>
  );
}

function MessageList({ onReply }: { onReply: (message: ChatMessage) => void }) {
  const text = useRoomText();
  const kept = useRoomState((state) => state.chat?.messages ?? NONE) ?? NONE;
  const { earlier, loadEarlier, hasMore, loading } = useEarlier(kept);
  const messages = [...earlier, ...kept];
  const { list, missed, toEnd } = useFollow(messages.length);
  if (messages.length === 0) {
    return (
      <div className="room-chat-list">
        <EmptyState icon={MessageSquare} title={text("chatEmpty")}>
          {text("chatEmptyHint")}
        </EmptyState>
      </div>
    );
  }
  return (
    <div className="room-chat-list" ref={list} tabIndex={0} role="log" aria-label={text("chat")}>
      {hasMore && (
        <Button size="sm" tone="quiet" busy={loading} onClick={loadEarlier}>
          {text("earlier")}
        </Button>
      )}
      {messages.map((message, at) => (
        <Message
          key={message.id}
          message={message}
          continues={continues(messages[at - 1], message)}
          quoted={message.reply_to ? messages.find((other) => other.id === message.reply_to) : undefined}
          onReply={onReply}
        />
      ))}
      {missed > 0 && (
        <button type="button" className="room-news" onClick={toEnd}>
          {text("newMessages", { count: missed })}
        </button>
      )}
    </div>
  );
}

/** Same person, same audience, shortly after: the name is not said again. */
function continues(before: ChatMessage | undefined, message: ChatMessage): boolean {
  return (
    before !== undefined &&
    before.from.identity === message.from.identity &&
    before.to.kind === message.to.kind &&
    message.at - before.at < GROUP_MS &&
    message.reply_to === null
  );
}

function useEarlier(kept: readonly ChatMessage[]) {
  const { commands } = useSession();
  const act = useAct();
  const [earlier, setEarlier] = useState<readonly ChatMessage[]>(NONE);
  const [exhausted, setExhausted] = useState(false);
  const [loading, setLoading] = useState(false);
  const loadEarlier = () => {
    const first = earlier[0] ?? kept[0];
    if (!first) return;
    setLoading(true);
    const asked = commands.chat.earlier(first.id, PAGE).then((found) => {
      setEarlier((before) => [...found, ...before]);
      if (found.length < PAGE) setExhausted(true);
    });
    void act(asked).finally(() => setLoading(false));
  };
  // A room that has said little has nothing before its first message.
  return { earlier, loadEarlier, loading, hasMore: !exhausted && kept.length >= 200 };
}

/** Follows the newest message while one is at the end; counts what comes while one reads above. */
function useFollow(count: number) {
  const list = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const seen = useRef(count);
  const [missed, setMissed] = useState(0);
  useEffect(() => {
    const node = list.current;
    if (!node) return;
    const scrolled = () => {
      atEnd.current = node.scrollHeight - node.scrollTop - node.clientHeight < NEAR_END_PX;
      if (atEnd.current) setMissed(0);
    };
    node.addEventListener("scroll", scrolled, { passive: true });
    return () => node.removeEventListener("scroll", scrolled);
  }, [count === 0]);
  useLayoutEffect(() => {
    const came = count - seen.current;
    seen.current = count;
    if (atEnd.current) list.current?.scrollTo({ top: list.current.scrollHeight });
    else if (came > 0) setMissed((before) => before + came);
  }, [count]);
  return { list, missed, toEnd: () => list.current?.scrollTo({ top: list.current.scrollHeight }) };
}

const SLOW_CHOICES_S = [0, 5, 10, 30, 60];

function SlowMode() {
  const text = useRoomText();
  const { commands } = useSession();
  const act = useAct();
  const slow = useRoomState((state) => state.chat?.slow_s ?? 0) ?? 0;
  return (
    <Menu trigger={<IconButton icon={Clock} label={text("slowMode")} size="sm" />}>
      <MenuChoices
        label={text("slowMode")}
        value={String(slow)}
        options={SLOW_CHOICES_S.map((seconds) => ({
          value: String(seconds),
          label: seconds === 0 ? text("slowOff") : text("slowSeconds", { count: seconds }),
        }))}
        onChange={(seconds) => void act(commands.chat.slow(Number(seconds)))}
      />
    </Menu>
  );
}
