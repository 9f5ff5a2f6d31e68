import type { ChatMessage } from "@stoa/sdk";
import { useEffect, useState } from "react";
import { useMyIdentity, useRoomState } from "../session.tsx";

const NONE: readonly ChatMessage[] = [];

/** How many messages from others came since the chat was last open. */
export function useUnread(isOpen: boolean): number {
  const me = useMyIdentity();
  const messages = useRoomState((state) => state.chat?.messages ?? NONE) ?? NONE;
  const [seenAt, setSeenAt] = useState<number | null>(null);
  const latest = messages[messages.length - 1]?.at ?? 0;
  const ready = useRoomState((state) => state.seq) !== null;
  useEffect(() => {
    // What was said before one came is history, not news.
    if (ready && (isOpen || seenAt === null)) setSeenAt(latest);
  }, [ready, isOpen, latest, seenAt]);
  if (isOpen || seenAt === null) return 0;
  return messages.filter((message) => message.at > seenAt && message.from.identity !== me && !message.deleted).length;
}
