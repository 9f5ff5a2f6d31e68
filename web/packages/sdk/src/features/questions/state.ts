import type { Role, TimeMs } from "../../vocabulary.ts";

export interface QuestionAuthor {
  readonly identity: string;
  readonly name: string;
  readonly role: Role;
}

export interface QuestionAnswer {
  readonly by: QuestionAuthor;
  readonly at: TimeMs;
  /** Null: it was answered aloud. */
  readonly text: string | null;
}

/** Open while it has no answer. */
export interface Question {
  readonly id: string;
  /** Null: asked without a name. */
  readonly from: QuestionAuthor | null;
  readonly at: TimeMs;
  readonly text: string;
  /** As they were last counted; the room counts once a second. */
  readonly votes: number;
  readonly answer: QuestionAnswer | null;
}

export interface QuestionsState {
  /** Whether questions are taken. */
  readonly open: boolean;
  /** Whether they may be asked without a name. */
  readonly anonymous: boolean;
  /** Seconds between two questions of one person; 0 is no limit. */
  readonly slow_s: number;
  /** Oldest first. {@link byVotes} sorts them for reading. */
  readonly questions: readonly Question[];
  /** With the right `moderate_questions`; else empty. */
  readonly dismissed: readonly Question[];
  /** Ids, sorted, of the questions that I asked and voted for, the dismissed ones too. */
  readonly mine: { readonly asked: readonly string[]; readonly voted: readonly string[] };
}

/** Most votes first, then the oldest. */
export const byVotes = <T extends Question>(questions: readonly T[]): T[] =>
  [...questions].sort((a, b) => b.votes - a.votes || a.at - b.at);
