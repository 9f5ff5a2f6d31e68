import { byVotes, type Question, type QuestionsState } from "@stoa/sdk";
import { ArrowDownUp, EyeOff, MessageCircleCheck, MessageCircleQuestionMark } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { EmptyState } from "../../components/State.tsx";
import { Tabs } from "../../components/Tabs.tsx";
import { Panel } from "../panels/Panel.tsx";
import { useMay, useRoomState } from "../session.tsx";
import { useRoomText } from "../text.ts";
import { AskForm } from "./AskForm.tsx";
import { QuestionRow } from "./QuestionRow.tsx";
import { RulesMenu } from "./RulesMenu.tsx";
import { useStillOrder } from "./useStillOrder.ts";
import "./questions.css";

export type QuestionList = "open" | "answered" | "dismissed";

/** What people ask: to be voted for by all, answered or dismissed by those who may. */
export function QuestionsPanel({ onClose }: { onClose: () => void }) {
  const text = useRoomText();
  const moderates = useMay("moderate_questions");
  const state = useRoomState((room) => room.questions);
  return (
    <Panel title={text("questions")} name="questions" onClose={onClose} actions={moderates ? <RulesMenu /> : undefined}>
      {state && <Lists state={state} moderates={moderates} />}
      <AskForm />
    </Panel>
  );
}

function Lists({ state, moderates }: { state: QuestionsState; moderates: boolean }) {
  const text = useRoomText();
  const [shown, show] = useState<QuestionList>("open");
  const of: Record<QuestionList, readonly Question[]> = {
    open: byVotes(state.questions.filter((question) => !question.answer)),
    answered: state.questions.filter((question) => question.answer).sort((a, b) => answeredAt(b) - answeredAt(a)),
    dismissed: [...state.dismissed].reverse(),
  };
  const lists: QuestionList[] = moderates ? ["open", "answered", "dismissed"] : ["open", "answered"];
  const value = lists.includes(shown) ? shown : "open";
  return (
    <div className="room-questions">
      <Tabs
        label={text("questions")}
        value={value}
        onChange={show}
        tabs={lists.map((list) => ({
          value: list,
          label: `${text(`questions_${list}`)} ${of[list].length}`,
          content: <List list={list} questions={of[list]} />,
        }))}
      />
    </div>
  );
}

const answeredAt = ({ answer }: Question) => answer?.at ?? 0;

const EMPTY = { open: MessageCircleQuestionMark, answered: MessageCircleCheck, dismissed: EyeOff } as const;

function List({ list, questions }: { list: QuestionList; questions: readonly Question[] }) {
  const text = useRoomText();
  const box = useKeptFocus(questions.length);
  const { shown, moved, sort } = useStillOrder(box, questions);
  return (
    <div ref={box} tabIndex={-1} className="room-questions-list">
      {questions.length === 0 ? (
        <EmptyState icon={EMPTY[list]} title={text(`questionsEmpty_${list}`)} />
      ) : (
        <ul role="list" aria-label={text(`questions_${list}`)}>
          {shown.map((question) => (
            <QuestionRow key={question.id} question={question} list={list} />
          ))}
        </ul>
      )}
      {moved > 0 && (
        <button type="button" className="room-news" onClick={sort}>
          <ArrowDownUp aria-hidden size={14} />
          {text("questionsMoved", { count: moved })}
        </button>
      )}
    </div>
  );
}

/** A menu gives the focus back when it has faded away, perhaps to a button that is gone by then. */
const MENU_FADES_MS = 300;

/** When a question goes away under the focus, the focus stays in the list. */
function useKeptFocus(count: number) {
  const box = useRef<HTMLDivElement>(null);
  const isInside = useRef(false);
  useEffect(() => {
    const noted = ({ target }: FocusEvent) => {
      isInside.current = target instanceof Element && (box.current?.contains(target) || target.closest("[role=menu]") !== null);
    };
    document.addEventListener("focusin", noted);
    return () => document.removeEventListener("focusin", noted);
  }, []);
  useEffect(() => {
    if (!isInside.current) return;
    const keep = () => document.activeElement === document.body && box.current?.focus({ preventScroll: true });
    keep();
    const timer = window.setTimeout(keep, MENU_FADES_MS);
    return () => window.clearTimeout(timer);
  }, [count]);
  return box;
}
