import type { Send } from "../../commands.ts";
import type { Command } from "../../event.ts";
import { freshId } from "../../fresh_id.ts";
import type { Question } from "./state.ts";

export interface Asking {
  /** Made by the client; asking it twice is asking it once. At most 40 characters. */
  readonly id: string;
  /** At most 500 characters. */
  readonly text: string;
  /** Where the hosts allow it: nobody else learns who asked. */
  readonly anonymous?: boolean;
}

/** What is absent stays as it is. */
export interface QuestionRules {
  readonly open?: boolean;
  readonly anonymous?: boolean;
  readonly slow_s?: number;
}

type OfOne = { readonly question: string };

export interface QuestionsCommands {
  "questions.ask": Command<Asking, { readonly question: Question }>;
  "questions.withdraw": Command<OfOne>;
  "questions.vote": Command<OfOne & { readonly voted: boolean }>;
  "questions.answer": Command<OfOne & { readonly text?: string }>;
  "questions.reopen": Command<OfOne>;
  "questions.dismiss": Command<OfOne>;
  "questions.restore": Command<OfOne>;
  "questions.set": Command<QuestionRules>;
}

export const questionsCommands = (send: Send) => ({
  /** Give your own `id` to repeat a question that may not have arrived. */
  ask: async (text: string, options: Partial<Omit<Asking, "text">> = {}): Promise<Question> =>
    (await send("questions.ask", { id: freshId(), ...options, text })).question,
  /** One's own. */
  withdraw: (question: string) => send("questions.withdraw", { question }),
  vote: (question: string, voted = true) => send("questions.vote", { question, voted }),
  /** Without a text it was answered aloud. */
  answer: (question: string, text?: string) =>
    send("questions.answer", text === undefined ? { question } : { question, text }),
  /** Takes the answer away. */
  reopen: (question: string) => send("questions.reopen", { question }),
  dismiss: (question: string) => send("questions.dismiss", { question }),
  restore: (question: string) => send("questions.restore", { question }),
  set: (rules: QuestionRules) => send("questions.set", rules),
});
