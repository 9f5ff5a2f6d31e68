import { byVotes } from "@stoa/sdk";
import type { AskedQuestion, SessionDetail } from "@stoa/sdk/api";
import { Avatar, Badge, type BadgeTone, Button, Card, Linked, useFormat } from "@stoa/ui";
import { ChevronUp, Download, UserRound } from "lucide-react";
import { Section } from "../shell/Page.tsx";
import { useText } from "../text/index.ts";
import { csvOf, localTime, saveText } from "./csv.ts";

const TONES: Record<AskedQuestion["state"], BadgeTone> = { open: "warning", answered: "success", dismissed: "neutral" };

/** What was asked, what people wanted to know most first, to read and to take away. */
export function QuestionsSection({ session, title }: { session: SessionDetail; title: string }) {
  const t = useText();
  const questions = byVotes(session.questions);
  return (
    <Section title={t("history.questions")} actions={questions.length > 0 && <Export questions={questions} session={session} title={title} />}>
      {questions.length === 0 ? (
        <p className="frame frame-quiet">{t("history.noQuestions")}</p>
      ) : (
        <Card>
          <ol className="transcript">
            {questions.map((question) => (
              <Line key={question.id} question={question} />
            ))}
          </ol>
        </Card>
      )}
    </Section>
  );
}

function Line({ question }: { question: AskedQuestion }) {
  const t = useText();
  const format = useFormat();
  const { from, answer, state, votes } = question;
  return (
    <li>
      {from ? (
        <Avatar name={from.name} seed={from.identity} size={28} />
      ) : (
        <span className="transcript-nobody" aria-hidden>
          <UserRound size={16} />
        </span>
      )}
      <div>
        <p className="transcript-head">
          <span className="strong">{asker(t, question)}</span> <time className="muted small">{format.time(question.at)}</time>
          <Badge tone={TONES[state]}>{t(`questionState.${state}`)}</Badge>
        </p>
        <p className="transcript-text">
          <Linked words={question.text} />
        </p>
        <p className="transcript-votes muted small">
          <ChevronUp aria-hidden size={14} />
          {t("history.votes", { count: votes })}
        </p>
        {answer && (
          <div className="transcript-answer">
            <p className="muted small">{t("history.answerOf", { name: answer.by.name, time: format.time(answer.at) })}</p>
            {answer.text === null ? (
              <p className="muted">{t("history.answeredAloud")}</p>
            ) : (
              <p className="transcript-text">
                <Linked words={answer.text} />
              </p>
            )}
          </div>
        )}
      </div>
    </li>
  );
}

const asker = (t: ReturnType<typeof useText>, { from }: AskedQuestion) => from?.name ?? t("history.unnamed");

type ExportProps = { questions: readonly AskedQuestion[]; session: SessionDetail; title: string };

function Export({ questions, session, title }: ExportProps) {
  const t = useText();
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const save = () => {
    const header = [
      `${t("history.time")} (${zone})`,
      t("history.person"),
      t("history.question"),
      t("history.votesHeader"),
      t("history.state"),
      t("history.answer"),
      t("history.answeredBy"),
    ];
    const rows = questions.map((question) => [
      localTime(question.at),
      asker(t, question),
      question.text,
      String(question.votes),
      t(`questionState.${question.state}`),
      question.answer ? (question.answer.text ?? t("history.answeredAloud")) : "",
      question.answer?.by.name ?? "",
    ]);
    const name = `${title} ${localTime(session.started_at).slice(0, 10)} ${t("history.questions")}.csv`;
    saveText(name, "text/csv;charset=utf-8", csvOf(header, rows));
  };
  return (
    <Button size="sm" tone="quiet" icon={Download} onClick={save} aria-label={`${t("history.csv")}: ${t("history.questions")}`}>
      {t("history.csv")}
    </Button>
  );
}
