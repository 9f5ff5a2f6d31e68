import { ConnectionError } from "@stoa/sdk";
import { useCallback } from "react";
import { useToast } from "../components/Toast.tsx";
import { en } from "./text.en.ts";
import { useRoomText } from "./text.ts";

type RefusedKey = Extract<keyof typeof en, `refused_${string}`>;

/** Carries out a command and says why, when the room refuses it. Resolves to whether it was done. */
export function useAct(): (command: Promise<unknown>) => Promise<boolean> {
  const sentence = useRefusalSentence();
  const { failed } = useToast();
  return useCallback(
    (command) =>
      command.then(
        () => true,
        (error: unknown) => {
          failed(sentence(error));
          return false;
        },
      ),
    [failed, sentence],
  );
}

/** The reader's sentence for a refusal by its code, or for a lost answer; else the server's own words. */
export function useRefusalSentence(): (error: unknown) => string {
  const text = useRoomText();
  return useCallback(
    (error) => {
      if (error instanceof ConnectionError) return text("refused_unanswered");
      const code = typeof error === "object" && error !== null && "code" in error ? String(error.code) : "";
      const key = `refused_${code}`;
      if (isKey(key)) return text(key as Exclude<RefusedKey, "refused_other">);
      return text("refused_other", { reason: error instanceof Error ? error.message : String(error) });
    },
    [text],
  );
}

const isKey = (key: string): key is RefusedKey => key in en && key !== "refused_other";
