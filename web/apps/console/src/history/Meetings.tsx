import type { Meeting } from "@stoa/sdk/api";
import { Badge, EmptyState, List, ListItem, useFormat } from "@stoa/ui";
import { ChevronRight, History } from "lucide-react";
import { Link } from "wouter";
import { useMeetings } from "../data/rooms.ts";
import { Loaded } from "../shell/Loaded.tsx";
import { More } from "../shell/More.tsx";
import { Section } from "../shell/Page.tsx";
import { useText } from "../text/index.ts";
import { dayOf, ownZone } from "../time/zones.ts";
import { wholeMinutes } from "./AttendanceSection.tsx";

/** Each time that people met, in whichever room, day by day. */
export function Meetings() {
  const t = useText();
  const meetings = useMeetings();
  return (
    <Loaded query={meetings}>
      {({ pages }) => {
        const all = pages.flatMap((page) => page.items);
        if (all.length === 0) {
          return (
            <div className="frame">
              <EmptyState icon={History} title={t("history.empty")}>
                {t("history.emptyText")}
              </EmptyState>
            </div>
          );
        }
        return (
          <>
            <Days meetings={all} />
            <More query={meetings} />
          </>
        );
      }}
    </Loaded>
  );
}

function Days({ meetings }: { meetings: readonly Meeting[] }) {
  const format = useFormat();
  const zone = ownZone();
  const days = new Map<string, Meeting[]>();
  for (const meeting of meetings) {
    const day = dayOf(new Date(meeting.started_at), zone);
    days.set(day, [...(days.get(day) ?? []), meeting]);
  }
  const thisYear = dayOf(new Date(), zone).slice(0, 4);
  return [...days].map(([day, list]) => {
    const began = list[0]?.started_at ?? day;
    const name = day.startsWith(thisYear) ? format.day(began, zone) : format.date(began, zone);
    return (
      <Section key={day} title={name}>
        <List label={name}>
          {list.map((meeting) => (
            <MeetingRow key={meeting.id} meeting={meeting} />
          ))}
        </List>
      </Section>
    );
  });
}

function MeetingRow({ meeting }: { meeting: Meeting }) {
  const t = useText();
  const format = useFormat();
  const { started_at: began, ended_at: ended } = meeting;
  const facts = [
    t(`kind.${meeting.room_kind}`),
    ended && format.minutes(wholeMinutes(Date.parse(ended) - Date.parse(began))),
    t("history.people", { count: meeting.people }),
  ];
  return (
    <ListItem
      lead={
        <time className="room-time" dateTime={began}>
          <span>{format.time(began)}</span>
          {ended && <span className="room-time-end">{format.time(ended)}</span>}
        </time>
      }
      title={
        <>
          <Link href={`/history/${meeting.id}`} className="row-link">
            {meeting.room_title}
          </Link>
          {!ended && <Badge tone="accent">{t("history.goesOn")}</Badge>}
        </>
      }
      detail={facts.filter(Boolean).join(" · ")}
      end={<ChevronRight aria-hidden size={16} className="muted" />}
    />
  );
}
