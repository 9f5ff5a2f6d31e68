import type { Question } from "@stoa/sdk";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { Button } from "../../components/Button.tsx";
import { Textarea } from "../../components/Input.tsx";
import { useSession } from "../session.tsx";
import { useRoomText } from "../text.ts";
import { useAct } from "../useAct.ts";
import { isSendingKey } from "../useDraft.ts";

const MAX_CHARACTERS = 1_000;

/** Enter sends, Shift and Enter begins a line, Escape gives it up. */
export function AnswerForm({ question, onDone }: { question: Question; onDone: () => void }) {
  const text = useRoomText();
  const act = useAct();
  const { commands } = useSession();
  const [words, setWords] = useState(question.answer?.text ?? "");
  const [busy, setBusy] = useState(false);
  const box = useRef<HTMLTextAreaElement>(null);
  useEffect(() => box.current?.focus(), []);
  const isReady = words.trim() !== "" && !busy;
  const send = async () => {
    if (!isReady) return;
    setBusy(true);
    const done = await act(commands.questions.answer(question.id, words.trim()));
    setBusy(false);
    if (done) onDone();
  };
  const keyed = (event: KeyboardEvent) => {
    if (isSendingKey(event)) {
      event.preventDefault();
      void send();
    } else if (event.key === "Escape" && !event.nativeEvent.isComposing) {
      event.preventDefault();
      event.stopPropagation();
      onDone();
    }
  };
  return (
    <form
      className="room-answer-form"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <Textarea
        ref={box}
        rows={2}
        aria-label={text("yourAnswer")}
        placeholder={text("yourAnswer")}
        maxLength={MAX_CHARACTERS}
        value={words}
        onChange={(event) => setWords(event.target.value)}
        onKeyDown={keyed}
      />
      <div className="room-question-handling">
        <Button type="submit" size="sm" tone="primary" busy={busy} disabled={!isReady}>
          {text("sendAnswer")}
        </Button>
        <Button size="sm" tone="quiet" onClick={onDone}>
          {text("cancel")}
        </Button>
      </div>
    </form>
  );
}
