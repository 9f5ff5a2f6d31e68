import { SendHorizontal } from "lucide-react";
import { type KeyboardEvent, useState } from "react";
import { IconButton } from "../../components/Button.tsx";
import { Checkbox } from "../../components/Choice.tsx";
import { useMay, useRoomState, useSession } from "../session.tsx";
import { useRoomText } from "../text.ts";
import { isSendingKey, useDraft } from "../useDraft.ts";

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
  const { commands } = useSession();
  const { draft, setDraft, submit, problem, waitS } = useDraft((words, id) =>
    commands.questions.ask(words, { id, anonymous: mayHide && wantsToHide }),
  );
  const isReady = draft.trim() !== "" && waitS === 0;
  const keyed = (event: KeyboardEvent) => {
    if (!isSendingKey(event)) return;
    event.preventDefault();
    if (isReady) submit();
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
        if (isReady) submit();
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
