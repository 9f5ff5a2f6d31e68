import type { SessionDetail } from "@stoa/sdk/api";
import { Avatar, Badge, Button, type Column, type Format, Table, useFormat } from "@stoa/ui";
import { Download } from "lucide-react";
import { useMemo, useState } from "react";
import { Section } from "../shell/Page.tsx";
import { useText } from "../text/index.ts";
import { type Attendee, attendeesOf, cameAt, leftAt, type Presence } from "./attendance.ts";
import { csvOf, localTime, saveText } from "./csv.ts";

const MINUTE_MS = 60_000;
/** A webinar has thousands; whoever wants them all exports them. */
const SHOWN_AT_ONCE = 100;

/** At least one: nobody was there for no time at all. */
export const wholeMinutes = (ms: number) => Math.max(1, Math.round(ms / MINUTE_MS));

/** Who was there, when and how long, to read and to take away. */
export function AttendanceSection({ session, title }: { session: SessionDetail; title: string }) {
  const t = useText();
  const [shown, show] = useState(SHOWN_AT_ONCE);
  const columns = useColumns(session);
  // As of when the page was read: what goes on does not move under the reader.
  const people = useMemo(() => attendeesOf(session, Date.now()), [session]);
  return (
    <Section title={t("history.attendance")} actions={people.length > 0 && <Export people={people} session={session} title={title} />}>
      {people.length === 0 ? (
        <p className="frame frame-quiet">{t("history.nobody")}</p>
      ) : (
        <Table caption={t("history.attendance")} columns={columns} rows={people.slice(0, shown)} rowKey={({ identity }) => identity} />
      )}
      {people.length > shown && (
        <Button tone="quiet" onClick={() => show(shown + SHOWN_AT_ONCE)}>
          {t("common.more")}
        </Button>
      )}
    </Section>
  );
}

function useColumns(session: SessionDetail): Column<Attendee>[] {
  const t = useText();
  const format = useFormat();
  const from = Date.parse(session.started_at);
  const to = session.ended_at ? Date.parse(session.ended_at) : Date.now();
  return [
    {
      key: "name",
      header: t("history.person"),
      cell: ({ name, identity }) => (
        <span className="person">
          <Avatar name={name} seed={identity} size={28} />
          {name}
        </span>
      ),
    },
    { key: "role", header: t("links.role"), cell: ({ role }) => <Badge>{t(`role.${role}`)}</Badge> },
    {
      key: "when",
      header: t("history.when"),
      cell: (attendee) => (
        <span className="presence-times">
          <time>{span(format, attendee, t("history.still"))}</time>
          {attendee.presences.length > 1 && <span className="muted small">{t("history.times", { count: attendee.presences.length })}</span>}
        </span>
      ),
    },
    { key: "line", header: t("history.line"), wideOnly: true, cell: ({ presences }) => <Line presences={presences} from={from} to={to} /> },
    { key: "stayed", header: t("history.stayed"), align: "end", cell: ({ stayedMs }) => format.minutes(wholeMinutes(stayedMs)) },
  ];
}

const span = (format: Format, attendee: Attendee, still: string) =>
  `${format.time(cameAt(attendee))} – ${attendee.isThere ? still : format.time(leftAt(attendee))}`;

/** The session from left to right, and in it when somebody was there. The times beside it say it in words. */
function Line({ presences, from, to }: { presences: readonly Presence[]; from: number; to: number }) {
  const part = (at: number) => (Math.min(Math.max(at - from, 0), to - from) / Math.max(1, to - from)) * 100;
  return (
    <svg className="presence-line" aria-hidden viewBox="0 0 100 6" preserveAspectRatio="none">
      <rect className="presence-line-all" width="100" height="6" />
      {presences.map((presence) => (
        <rect key={presence.from} x={part(presence.from)} width={Math.max(1, part(presence.to) - part(presence.from))} height="6" />
      ))}
    </svg>
  );
}

/** A line for each person; times as spreadsheets read them, in the reader's zone, which the header names. */
function Export({ people, session, title }: { people: readonly Attendee[]; session: SessionDetail; title: string }) {
  const t = useText();
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const save = () => {
    const header = [
      t("history.person"),
      t("links.role"),
      `${t("history.came")} (${zone})`,
      `${t("history.left")} (${zone})`,
      t("history.stayedMinutes"),
      t("history.timesCame"),
    ];
    const rows = people.map((person) => [
      person.name,
      t(`role.${person.role}`),
      localTime(cameAt(person)),
      person.isThere ? "" : localTime(leftAt(person)),
      String(wholeMinutes(person.stayedMs)),
      String(person.presences.length),
    ]);
    const name = `${title} ${localTime(session.started_at).slice(0, 10)} ${t("history.attendance")}.csv`;
    saveText(name, "text/csv;charset=utf-8", csvOf(header, rows));
  };
  return (
    <Button size="sm" tone="quiet" icon={Download} onClick={save} aria-label={`${t("history.csv")}: ${t("history.attendance")}`}>
      {t("history.csv")}
    </Button>
  );
}
