import type { QuestionsEvent } from "./events.ts";
import type { QuestionAnswer, Question, QuestionsState } from "./state.ts";

export function reduceQuestions(state: QuestionsState, event: QuestionsEvent): QuestionsState {
  switch (event.type) {
    case "asked":
      return { ...state, questions: [...state.questions, event.question] };
    case "authored":
      return { ...state, mine: { ...state.mine, asked: withId(state.mine.asked, event.question) } };
    case "voted": {
      const change = event.voted ? withId : withoutId;
      return { ...state, mine: { ...state.mine, voted: change(state.mine.voted, event.question) } };
    }
    case "counted":
      return counted(state, event.votes);
    case "answered":
      return answered(state, event.question, event.answer);
    case "reopened":
      return answered(state, event.question, null);
    case "set_aside":
      return { ...state, dismissed: [...state.dismissed, event.question] };
    case "dismissed":
      return { ...state, questions: except(state.questions, event.question) };
    case "restored":
      return restored(state, event.question);
    case "removed":
      return removed(state, event.question);
    case "set":
      return { ...state, open: event.open, anonymous: event.anonymous, slow_s: event.slow_s };
  }
  return state;
}

function counted(state: QuestionsState, counts: readonly { readonly question: string; readonly votes: number }[]): QuestionsState {
  const votes = new Map(counts.map((count) => [count.question, count.votes]));
  return inBoth(state, (question) => ({ ...question, votes: votes.get(question.id) ?? question.votes }));
}

const answered = (state: QuestionsState, id: string, answer: QuestionAnswer | null): QuestionsState =>
  inBoth(state, (question) => (question.id === id ? { ...question, answer } : question));

/** Back to its place among those of its time. */
function restored(state: QuestionsState, question: Question): QuestionsState {
  const older = state.questions.filter(({ at }) => at <= question.at);
  const newer = state.questions.filter(({ at }) => at > question.at);
  return { ...state, dismissed: except(state.dismissed, question.id), questions: [...older, question, ...newer] };
}

function removed(state: QuestionsState, id: string): QuestionsState {
  const { asked, voted } = state.mine;
  return {
    ...state,
    questions: except(state.questions, id),
    dismissed: except(state.dismissed, id),
    mine: { asked: withoutId(asked, id), voted: withoutId(voted, id) },
  };
}

const inBoth = (state: QuestionsState, change: (question: Question) => Question): QuestionsState => ({
  ...state,
  questions: state.questions.map(change),
  dismissed: state.dismissed.map(change),
});

const except = (questions: readonly Question[], id: string) => questions.filter((question) => question.id !== id);
const withoutId = (ids: readonly string[], id: string) => ids.filter((other) => other !== id);
const withId = (ids: readonly string[], id: string) => [...withoutId(ids, id), id].sort();
