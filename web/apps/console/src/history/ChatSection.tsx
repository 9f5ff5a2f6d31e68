import type { SessionDetail } from "@stoa/sdk/api";
import { Avatar, Button, Card, Linked, useFormat } from "@stoa/ui";
import { Download, FileText } from "lucide-react";
import { api } from "../data/api.ts";
import { Section } from "../shell/Page.tsx";
import { useText } from "../text/index.ts";
import { csvOf, localTime, saveText } from "./csv.ts";

type Message = SessionDetail["chat"][number];

/** What was written to all, to read and to take away. */
export function ChatSection({ session, title }: { session: SessionDetail; title: string }) {
  const t = useText();
  const { chat } = session;
  return (
    <Section title={t("history.chat")} actions={chat.length > 0 && <Export session={session} title={title} />}>
      {chat.length === 0 ? (
        <p className="frame frame-quiet">{t("history.noChat")}</p>
      ) : (
        <Card>
          <ol className="transcript">
            {chat.map((message) => (
              <Line key={message.id} message={message} quoted={chat.find(({ id }) => id === message.reply_to)} />
            ))}
          </ol>
        </Card>
      )}
    </Section>
  );
}

function Line({ message, quoted }: { message: Message; quoted: Message | undefined }) {
  const t = useText();
  const format = useFormat();
  return (
    <li>
      <Avatar name={message.from.name} seed={message.from.identity} size={28} />
      <div>
        <p className="transcript-head">
          <span className="strong">{message.from.name}</span> <time className="muted small">{format.time(message.at)}</time>
        </p>
        {quoted && <p className="transcript-quoted">{t("history.replyTo", { name: quoted.from.name, words: quoted.text })}</p>}
        {message.text !== "" && (
          <p className="transcript-text">
            <Linked words={message.text} />
          </p>
        )}
        {message.files.map((file) => (
          <a key={file.id} className="transcript-file" href={api.files.url(file.id)}>
            <FileText aria-hidden size={16} />
            {file.name} <span className="muted small">{format.bytes(file.bytes)}</span>
          </a>
        ))}
      </div>
    </li>
  );
}

function Export({ session, title }: { session: SessionDetail; title: string }) {
  const t = useText();
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const save = () => {
    const header = [`${t("history.time")} (${zone})`, t("history.person"), t("links.role"), t("history.message"), t("files.title")];
    const rows = session.chat.map(({ at, from, text, files }) => [
      localTime(at),
      from.name,
      t(`role.${from.role}`),
      text,
      files.map(({ name }) => name).join("; "),
    ]);
    const name = `${title} ${localTime(session.started_at).slice(0, 10)} ${t("history.chat")}.csv`;
    saveText(name, "text/csv;charset=utf-8", csvOf(header, rows));
  };
  return (
    <Button size="sm" tone="quiet" icon={Download} onClick={save} aria-label={`${t("history.csv")}: ${t("history.chat")}`}>
      {t("history.csv")}
    </Button>
  );
}
