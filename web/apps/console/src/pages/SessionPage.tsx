import type { SessionDetail } from "@stoa/sdk/api";
import { useFormat } from "@stoa/ui";
import { useRoom, useSession } from "../data/rooms.ts";
import { AttendanceSection, wholeMinutes } from "../history/AttendanceSection.tsx";
import { ChatSection } from "../history/ChatSection.tsx";
import { QuestionsSection } from "../history/QuestionsSection.tsx";
import { Loaded } from "../shell/Loaded.tsx";
import { Page } from "../shell/Page.tsx";
import { useText } from "../text/index.ts";
import "./SessionPage.css";

/** One time that people met: who was there, what was asked and what was written. */
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

function Session({ session }: { session: SessionDetail }) {
  const t = useText();
  const format = useFormat();
  const room = useRoom(session.room_id);
  const title = room.data?.title ?? t("history.one");
  const time = format.dateTime(session.started_at);
  const length = session.ended_at && format.minutes(wholeMinutes(Date.parse(session.ended_at) - Date.parse(session.started_at)));
  const count = new Set(session.attendance.map(({ identity }) => identity)).size;
  const people = t("history.people", { count });
  return (
    <Page
      title={title}
      intro={length ? t("history.lasted", { time, length, people }) : t("history.since", { time, people })}
      back={{ href: `/rooms/${session.room_id}`, label: room.data?.title ?? t("room.heading") }}
    >
      <AttendanceSection session={session} title={title} />
      <QuestionsSection session={session} title={title} />
      <ChatSection session={session} title={title} />
    </Page>
  );
}
