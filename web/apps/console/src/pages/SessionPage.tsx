import type { SessionDetail } from "@stoa/sdk/api";
import { Avatar, Badge, Button, Card, type Column, Table, useFormat } from "@stoa/ui";
import { Download } from "lucide-react";
import { useRoom, useSession } from "../data/rooms.ts";
import { csvOf, saveText } from "../history/csv.ts";
import { Loaded } from "../shell/Loaded.tsx";
import { Page, Section } from "../shell/Page.tsx";
import { useText } from "../text/index.ts";
import "./SessionPage.css";

const MINUTE_MS = 60_000;

/** One time that people met: who was there, and what was written. */
export default function SessionPage({ id }: { id: string }) {
  const t = useText();
  const session = useSession(id);
  return session.data ? (
    <Session session={session.data} />
  ) : (
    <Page title={t("history.one")} back={{ href: "/history", label: t("nav.history") }}>
      <Loaded query={session}>{() => null}</Loaded>
    </Page>
  );
}

type Stay = SessionDetail["attendance"][number];

function Session({ session }: { session: SessionDetail }) {
  const t = useText();
  const format = useFormat();
  const room = useRoom(session.room_id);
  const minutes = (from: string, to: string) => format.minutes(Math.max(1, Math.round((Date.parse(to) - Date.parse(from)) / MINUTE_MS)));
  const columns: Column<Stay>[] = [
    {
      key: "name",
      header: t("history.person"),
      cell: (stay) => (
        <span className="person">
          <Avatar name={stay.name} seed={stay.identity} size={28} />
          {stay.name}
        </span>
      ),
    },
    { key: "role", header: t("links.role"), cell: (stay) => <Badge>{t(`role.${stay.role}`)}</Badge> },
    { key: "joined", header: t("history.came"), cell: (stay) => <time>{format.time(stay.joined_at)}</time> },
    { key: "left", header: t("history.left"), cell: (stay) => (stay.left_at ? <time>{format.time(stay.left_at)}</time> : t("history.still")) },
    { key: "stayed", header: t("history.stayed"), align: "end", cell: (stay) => (stay.left_at ? minutes(stay.joined_at, stay.left_at) : "–") },
  ];
  return (
    <Page
      title={room.data?.title ?? t("history.one")}
      intro={
        session.ended_at
          ? t("history.lasted", { time: format.dateTime(session.started_at), length: minutes(session.started_at, session.ended_at) })
          : t("history.since", { time: format.dateTime(session.started_at) })
      }
      actions={session.attendance.length > 0 && <Export session={session} title={room.data?.title ?? t("history.one")} />}
      back={{ href: `/rooms/${session.room_id}`, label: room.data?.title ?? t("room.heading") }}
    >
      <Section title={t("history.attendance")}>
        {session.attendance.length === 0 ? (
          <p className="frame frame-quiet">{t("history.nobody")}</p>
        ) : (
          <Table
            caption={t("history.attendance")}
            columns={columns}
            rows={session.attendance}
            rowKey={(stay) => `${stay.identity} ${stay.joined_at}`}
          />
        )}
      </Section>
      <Section title={t("history.chat")}>
        {session.chat.length === 0 ? <p className="frame frame-quiet">{t("history.noChat")}</p> : <Chat messages={session.chat} />}
      </Section>
    </Page>
  );
}

/** Attendance as a spreadsheet takes it; times are RFC 3339, for whoever reckons with them. */
function Export({ session, title }: { session: SessionDetail; title: string }) {
  const t = useText();
  const save = () => {
    const header = [t("history.person"), t("links.role"), t("history.came"), t("history.left"), t("history.stayedMinutes")];
    const rows = session.attendance.map(({ name, role, joined_at, left_at }) => [
      name,
      t(`role.${role}`),
      joined_at,
      left_at ?? "",
      left_at ? String(Math.round((Date.parse(left_at) - Date.parse(joined_at)) / MINUTE_MS)) : "",
    ]);
    saveText(`${title} ${session.started_at.slice(0, 10)}.csv`, "text/csv;charset=utf-8", csvOf(header, rows));
  };
  return (
    <Button icon={Download} onClick={save}>
      {t("history.csv")}
    </Button>
  );
}

function Chat({ messages }: { messages: SessionDetail["chat"] }) {
  const t = useText();
  const format = useFormat();
  return (
    <Card>
      <ol className="transcript">
        {messages.map((message) => (
          <li key={message.id}>
            <Avatar name={message.from.name} seed={message.from.identity} size={28} />
            <div>
              <p className="transcript-head">
                <span className="strong">{message.from.name}</span> <time className="muted small">{format.time(message.at)}</time>
              </p>
              <p className={message.deleted ? "muted" : "transcript-text"}>{message.deleted ? t("history.deleted") : message.text}</p>
            </div>
          </li>
        ))}
      </ol>
    </Card>
  );
}
