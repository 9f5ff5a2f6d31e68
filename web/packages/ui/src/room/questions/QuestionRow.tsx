import type { Question } from "@stoa/sdk";
import { ChevronUp, Ellipsis, EyeOff, MessageSquareText, Mic, RotateCcw, Trash2 } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Badge } from "../../components/Badge.tsx";
import { Button, IconButton } from "../../components/Button.tsx";
import { Menu, MenuItem } from "../../components/Menu.tsx";
import { useFormat } from "../../i18n/format.ts";
import { Linked } from "../chat/Linked.tsx";
import { useMay, useMyIdentity, useRoomState, useSession } from "../session.tsx";
import { useRoomText } from "../text.ts";
import { useAct } from "../useAct.ts";
import { AnswerForm } from "./AnswerForm.tsx";
import type { QuestionList } from "./QuestionsPanel.tsx";

const NONE: readonly string[] = [];

type Props = { question: Question; list: QuestionList };

export function QuestionRow({ question, list }: Props) {
  const format = useFormat();
  const moderates = useMay("moderate_questions");
  const [answering, setAnswering] = useState(false);
  return (
    <li className="room-question">
      <Votes question={question} mayVote={list === "open"} />
      <div className="room-question-body">
        <header>
          <Asker question={question} />
          <time dateTime={new Date(question.at).toISOString()}>{format.time(question.at)}</time>
        </header>
        <p className="room-message-text">
          <Linked words={question.text} />
        </p>
      </div>
      <Options question={question} list={list} onAnswer={() => setAnswering(true)} />
      <div className="room-question-below">
        {!answering && <Answered question={question} />}
        {answering ? (
          <AnswerForm question={question} onDone={() => setAnswering(false)} />
        ) : (
          moderates && <Handling question={question} list={list} onAnswer={() => setAnswering(true)} />
        )}
      </div>
    </li>
  );
}

function Asker({ question: { id, from } }: { question: Question }) {
  const text = useRoomText();
  const mine = useRoomState((state) => state.questions?.mine.asked ?? NONE) ?? NONE;
  const name = from?.name ?? text("anonymous");
  if (!mine.includes(id)) return <strong>{name}</strong>;
  return <strong>{from ? text("you") : text("youAnonymous")}</strong>;
}

/** How many want it answered, and whether I do. */
function Votes({ question: { id, text: words, votes }, mayVote }: { question: Question; mayVote: boolean }) {
  const text = useRoomText();
  const act = useAct();
  const { commands } = useSession();
  const mayAsk = useMay("ask_questions");
  const voted = useRoomState((state) => state.questions?.mine.voted ?? NONE) ?? NONE;
  const isMine = voted.includes(id);
  if (!mayAsk || !mayVote) {
    return (
      <span className="room-question-votes">
        <ChevronUp aria-hidden size={16} />
        <span aria-hidden>{votes}</span>
        <span className="ui-hidden">{text("votes", { count: votes })}</span>
      </span>
    );
  }
  return (
    <button
      type="button"
      className="room-question-votes"
      aria-pressed={isMine}
      aria-label={text("voteFor", { count: votes, question: words })}
      onClick={() => void act(commands.questions.vote(id, !isMine))}
    >
      <ChevronUp aria-hidden size={16} />
      <span>{votes}</span>
    </button>
  );
}

function Answered({ question: { answer } }: { question: Question }) {
  const text = useRoomText();
  const me = useMyIdentity();
  if (!answer) return null;
  if (answer.text === null) return <Badge tone="success">{text("answeredLive")}</Badge>;
  return (
    <div className="room-question-answer">
      <strong>{answer.by.identity === me ? text("answerOfMine") : text("answerOf", { name: answer.by.name })}</strong>
      <p className="room-message-text">
        <Linked words={answer.text} />
      </p>
    </div>
  );
}

/** What a host does with most questions. */
function Handling({ question: { id, text: words }, list, onAnswer }: Props & { onAnswer: () => void }) {
  const text = useRoomText();
  const act = useAct();
  const { questions } = useSession().commands;
  switch (list) {
    case "open":
      return (
        <div className="room-question-handling">
          <Button size="sm" icon={MessageSquareText} aria-label={about(text("answerIt"), words)} onClick={onAnswer}>
            {text("answerIt")}
          </Button>
          <Button
            size="sm"
            tone="quiet"
            icon={Mic}
            aria-label={about(text("markLive"), words)}
            onClick={() => void act(questions.answer(id))}
          >
            {text("markLive")}
          </Button>
        </div>
      );
    case "dismissed":
      return (
        <div className="room-question-handling">
          <Button size="sm" icon={RotateCcw} aria-label={about(text("restoreIt"), words)} onClick={() => void act(questions.restore(id))}>
            {text("restoreIt")}
          </Button>
        </div>
      );
    case "answered":
      return null;
  }
}

function Options({ question: { id, text: words }, list, onAnswer }: Props & { onAnswer: () => void }) {
  const text = useRoomText();
  const act = useAct();
  const { questions } = useSession().commands;
  const moderates = useMay("moderate_questions");
  const asked = useRoomState((state) => state.questions?.mine.asked ?? NONE) ?? NONE;
  const rows: ReactNode[] = [];
  if (moderates && list === "answered") {
    rows.push(
      <MenuItem key="answer" icon={MessageSquareText} onSelect={onAnswer}>
        {text("answerAgain")}
      </MenuItem>,
      <MenuItem key="reopen" icon={RotateCcw} onSelect={() => void act(questions.reopen(id))}>
        {text("reopenIt")}
      </MenuItem>,
    );
  }
  if (moderates && list !== "dismissed") {
    rows.push(
      <MenuItem key="dismiss" icon={EyeOff} onSelect={() => void act(questions.dismiss(id))}>
        {text("dismissIt")}
      </MenuItem>,
    );
  }
  if (asked.includes(id)) {
    rows.push(
      <MenuItem key="withdraw" icon={Trash2} tone="danger" onSelect={() => void act(questions.withdraw(id))}>
        {text("withdrawIt")}
      </MenuItem>,
    );
  }
  if (rows.length === 0) return null;
  return <Menu trigger={<IconButton icon={Ellipsis} size="sm" label={text("questionOptions", { question: words })} />}>{rows}</Menu>;
}

/** What a button does, and with which question: there are many of them. */
const about = (action: string, question: string) => `${action}: ${question}`;
