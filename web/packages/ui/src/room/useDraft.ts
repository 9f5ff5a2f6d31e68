import { freshId } from "@stoa/sdk";
import { type KeyboardEvent, useRef, useState } from "react";
import { useRefusalSentence } from "./useAct.ts";
import { useWait } from "./useWait.ts";

type Send = (words: string, id: string) => Promise<unknown>;

/**
 * What one writes until it has arrived. `send` gets the words and the client's id of them: the same
 * words, tried again, have the same id, and what did arrive is not said twice.
 */
export function useDraft(send: Send) {
  const sentence = useRefusalSentence();
  const [draft, setDraft] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const wait = useWait();
  const tried = useRef<{ readonly words: string; readonly id: string } | null>(null);
  const submit = () => {
    const words = draft.trim();
    const trying = tried.current?.words === words ? tried.current : { words, id: freshId() };
    tried.current = trying;
    setDraft("");
    setProblem(null);
    send(words, trying.id).then(
      () => {
        tried.current = null;
      },
      (error: unknown) => {
        setDraft((later) => (later === "" ? words : later));
        if (!wait.begin(error)) setProblem(sentence(error));
      },
    );
  };
  return { draft, setDraft, submit, problem, waitS: wait.seconds };
}

/** Enter sends, Shift and Enter begins a line; while an input method composes (pinyin), Enter chooses a word. */
export const isSendingKey = (event: KeyboardEvent): boolean =>
  event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing;
