import { freshId } from "@stoa/sdk";
import { SendHorizontal } from "lucide-react";
import { type KeyboardEvent, useRef, useState } from "react";
import { IconButton } from "../../components/Button.tsx";
import { Checkbox } from "../../components/Choice.tsx";
import { useMay, useRoomState, useSession } from "../session.tsx";
import { useRoomText } from "../text.ts";
import { useRefusalSentence } from "../useAct.ts";
import { useWait } from "../useWait.ts";

const MAX_CHARACTERS = 500;
/** From here on one is shown how much is left. */
const NEAR_LIMIT = 400;

/** Enter asks, Shift and Enter begins a line. */
export function AskForm() {
  const text = useRoomText();
  const mayAsk = useMay("ask_questions");
  const isOpen = useRoomState((state) => state.questions?.open ?? false) ?? false;
  if (!isOpen) return <p className="room-composer-note">{text("questionsClosed")}</p>;
  return mayAsk ? <Form /> : null;
}

function Form() {
  const text = useRoomText();
  const mayHide = useRoomState((state) => state.questions?.anonymous ?? false) ?? false;
  const slow = useRoomState((state) => state.questions?.slow_s ?? 0) ?? 0;
  const [wantsToHide, hide] = useState(false);
  const { draft, setDraft, send, problem, waitS } = useAsking(mayHide && wantsToHide);
  const isReady = draft.trim() !== "" && waitS === 0;
  const keyed = (event: KeyboardEvent) => {
    // While an input method composes (pinyin), Enter chooses a word.
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    if (isReady) send();
  };
  const note =
    waitS > 0
      ? text("slowWait", { count: waitS })
      : draft.length > NEAR_LIMIT
        ? text("charactersLeft", { count: MAX_CHARACTERS - draft.length })
        : slow > 0
          ? text("slowQuestions", { count: slow })
          : null;
  return (
    <form
      className="room-composer"
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady) send();
      }}
    >
      {note && <p className="room-composer-note">{note}</p>}
      {problem && (
        <p role="alert" className="room-composer-problem">
          {problem}
        </p>
      )}
      {mayHide && <Checkbox checked={wantsToHide} onChange={hide} label={text("askAnonymously")} />}
      <div className="room-composer-row">
        <textarea
          aria-label={text("yourQuestion")}
          placeholder={text("yourQuestion")}
          rows={1}
          maxLength={MAX_CHARACTERS}
          value={draft}
          enterKeyHint="send"
          onChange={(event) => setDraft(event.target.value)}
          onKeyDown={keyed}
        />
        <IconButton type="submit" icon={SendHorizontal} tone="primary" label={text("ask")} disabled={!isReady} />
      </div>
    </form>
  );
}

function useAsking(anonymous: boolean) {
  const { commands } = useSession();
  const sentence = useRefusalSentence();
  const [draft, setDraft] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const wait = useWait();
  // The same id on a second try: a question that did arrive is not asked twice.
  const id = useRef(freshId());
  const send = () => {
    const words = draft.trim();
    setDraft("");
    setProblem(null);
    commands.questions.ask(words, { id: id.current, anonymous }).then(
      () => {
        id.current = freshId();
      },
      (error: unknown) => {
        setDraft((later) => (later === "" ? words : later));
        if (!wait.begin(error)) setProblem(sentence(error));
      },
    );
  };
  return { draft, setDraft, send, problem, waitS: wait.seconds };
}
