import type { EventsOf } from "../../event.ts";
import type { By } from "../../vocabulary.ts";
import type { QuestionAnswer, Question } from "./state.ts";

export type QuestionsEvent = EventsOf<
  "questions",
  {
    asked: { readonly question: Question };
    /** To the asker alone. */
    authored: { readonly question: string; readonly identity: string };
    /** To the voter alone. */
    voted: { readonly question: string; readonly identity: string; readonly voted: boolean };
    counted: { readonly votes: readonly { readonly question: string; readonly votes: number }[] };
    answered: { readonly question: string; readonly answer: QuestionAnswer };
    reopened: { readonly question: string; readonly by: By };
    /** What is dismissed, to those with the right `moderate_questions`. */
    set_aside: { readonly question: Question };
    dismissed: { readonly question: string; readonly by: By };
    restored: { readonly question: Question; readonly by: By };
    /** It is gone for good. */
    removed: { readonly question: string };
    set: { readonly open: boolean; readonly anonymous: boolean; readonly slow_s: number; readonly by: By };
  }
>;
