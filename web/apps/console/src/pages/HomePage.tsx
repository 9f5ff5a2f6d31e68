import { Badge, Button, buttonClass, EmptyState, keep, kept, List, RadioGroup, useFormat } from "@stoa/ui";
import { CalendarPlus, DoorOpen, Plus } from "lucide-react";
import { useState } from "react";
import { Link } from "wouter";
import { useRooms, type Whose } from "../data/rooms.ts";
import { useMe } from "../data/session.ts";
import { CreateDialog } from "../rooms/CreateDialog.tsx";
import { RoomRow } from "../rooms/RoomRow.tsx";
import { sortToday } from "../rooms/today.ts";
import { Loaded } from "../shell/Loaded.tsx";
import { Page, Section } from "../shell/Page.tsx";
import { useText } from "../text/index.ts";
import { useNow } from "../time/useNow.ts";
import { ownZone } from "../time/zones.ts";

/** A longer list of rooms without a time belongs to History. */
const OPEN_SHOWN = 8;
const WHOSE_KEY = "stoa.home.whose";

export function HomePage() {
  const t = useText();
  const format = useFormat();
  const now = useNow();
  const [whose, setWhose] = useState<Whose>(() => (kept(WHOSE_KEY) === "all" ? "all" : "mine"));
  const rooms = useRooms(whose);
  const name = useMe().data?.person.name ?? "";
  const [isCreating, create] = useState(false);
  const newRoom = (
    <Button tone="primary" icon={Plus} onClick={() => create(true)}>
      {t("create.button")}
    </Button>
  );
  return (
    <Page
      title={t(greetingOf(now), { name })}
      intro={format.day(now)}
      actions={
        <>
          <Link href="/schedule/new" className={buttonClass()}>
            <CalendarPlus aria-hidden size={16} />
            {t("schedule.button")}
          </Link>
          {newRoom}
        </>
      }
    >
      <div className="choice">
        <RadioGroup
          look="segments"
          label={t("home.whose")}
          hideLabel
          value={whose}
          options={[
            { value: "mine", label: t("home.mine") },
            { value: "all", label: t("home.everybodys") },
          ]}
          onChange={(next) => {
            keep(WHOSE_KEY, next);
            setWhose(next);
          }}
        />
      </div>
      <Loaded query={rooms}>
        {(all) => {
          const { live, today, open, soon } = sortToday(all, now, ownZone());
          if (all.length === 0) {
            return (
              <div className="frame">
                <EmptyState icon={DoorOpen} title={t("home.emptyTitle")} action={newRoom}>
                  {t("home.emptyText")}
                </EmptyState>
              </div>
            );
          }
          return (
            <>
              {live.length > 0 && (
                <Section title={t("home.live")}>
                  <List label={t("home.live")}>
                    {live.map((room) => (
                      <RoomRow key={room.id} room={room} when={null} now={now} />
                    ))}
                  </List>
                </Section>
              )}
              <Section title={t("home.today")} actions={today.length > 0 && <Badge>{format.number(today.length)}</Badge>}>
                {today.length > 0 ? (
                  <List label={t("home.today")}>
                    {today.map((room) => (
                      <RoomRow key={room.id} room={room} now={now} />
                    ))}
                  </List>
                ) : (
                  <p className="frame frame-quiet">{live.length > 0 ? t("home.nothingElseToday") : t("home.nothingToday")}</p>
                )}
              </Section>
              {open.length > 0 && (
                <Section title={t("home.open")}>
                  <List label={t("home.open")}>
                    {open.slice(0, OPEN_SHOWN).map((room) => (
                      <RoomRow key={room.id} room={room} when={null} now={now} />
                    ))}
                  </List>
                  {open.length > OPEN_SHOWN && <Link href="/history">{t("home.allRooms")}</Link>}
                </Section>
              )}
              {soon.length > 0 && (
                <Section title={t("home.soon")} actions={<Link href="/schedule">{t("home.wholeSchedule")}</Link>}>
                  <List label={t("home.soon")}>
                    {soon.map((room) => (
                      <RoomRow key={room.id} room={room} now={now} showDay />
                    ))}
                  </List>
                </Section>
              )}
            </>
          );
        }}
      </Loaded>
      <CreateDialog open={isCreating} onOpenChange={create} />
    </Page>
  );
}

function greetingOf(now: Date): "home.morning" | "home.afternoon" | "home.evening" {
  const hour = now.getHours();
  if (hour < 5 || hour >= 18) return "home.evening";
  return hour < 12 ? "home.morning" : "home.afternoon";
}
