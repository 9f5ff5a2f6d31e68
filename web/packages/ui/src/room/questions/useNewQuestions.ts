import type { QuestionsState } from "@stoa/sdk";
import { useEffect, useState } from "react";
import { useMay, useRoomState } from "../session.tsx";

/** For whom shall answer: how many open questions of others came since the panel was last open. */
export function useNewQuestions(isOpen: boolean): number {
  const moderates = useMay("moderate_questions");
  const state = useRoomState((room) => room.questions);
  const [seenAt, setSeenAt] = useState<number | null>(null);
  const latest = latestOf(state);
  useEffect(() => {
    // What was asked before one came is in the list, not news.
    if (latest !== null && (isOpen || seenAt === null)) setSeenAt(latest);
  }, [isOpen, latest, seenAt]);
  if (!moderates || isOpen || seenAt === null || !state) return 0;
  const { asked } = state.mine;
  return state.questions.filter(({ id, at, answer }) => at > seenAt && !answer && !asked.includes(id)).length;
}

/** When the last one was asked; null while nothing is known. */
const latestOf = (state: QuestionsState | null | undefined) =>
  state ? state.questions.reduce((latest, { at }) => Math.max(latest, at), 0) : null;
