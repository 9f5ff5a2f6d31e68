import type { ScheduledRoom } from "@stoa/sdk/api";
import { Banner, Button, buttonClass, Card, Dialog, useFormat } from "@stoa/ui";
import { CalendarDays, Pencil } from "lucide-react";
import { useState } from "react";
import { api } from "../data/api.ts";
import { useChangeRoom } from "../data/rooms.ts";
import { useText } from "../text/index.ts";
import { useProblemText } from "../text/problems.ts";
import { OtherSide } from "../time/OtherSide.tsx";
import { fromRule } from "../time/recurrence.ts";
import { ownZone } from "../time/zones.ts";
import { ScheduleForm } from "./ScheduleForm.tsx";
import { fieldsOf, isComplete, newSchedule, scheduleOf } from "./scheduleFields.ts";

/** When the room takes place, here and on the other side. */
export function WhenCard({ room }: { room: ScheduledRoom }) {
  const t = useText();
  const format = useFormat();
  const [isEditing, edit] = useState(false);
  const next = room.next_occurrence;
  const zone = room.schedule?.timezone ?? ownZone();
  const repeat = fromRule(room.schedule?.recurrence ?? null)?.repeat;
  return (
    <Card
      title={t("when.title")}
      actions={
        room.state === "active" && (
          <Button size="sm" tone="quiet" icon={Pencil} onClick={() => edit(true)}>
            {room.schedule ? t("common.edit") : t("when.add")}
          </Button>
        )
      }
    >
      {room.schedule ? (
        <>
          {next && (
            <div>
              <p className="when-day">{format.day(next.starts_at, zone)}</p>
              <p className="muted">
                {format.time(next.starts_at, zone)} – {format.time(next.ends_at, zone)} · {format.minutes(room.schedule.duration_min)}
              </p>
            </div>
          )}
          {repeat !== "never" && <p className="small">{repeat ? t(`repeat.${repeat}`) : t("when.otherRule")}</p>}
          {next && <OtherSide at={new Date(next.starts_at)} zone={zone} />}
          <a className={buttonClass({ size: "sm" })} href={api.rooms.calendarUrl(room.id)} download>
            <CalendarDays aria-hidden size={14} />
            {t("room.calendarFile")}
          </a>
        </>
      ) : (
        <p className="muted">{t("when.anytime")}</p>
      )}
      <WhenDialog room={room} open={isEditing} onOpenChange={edit} />
    </Card>
  );
}

type DialogProps = { room: ScheduledRoom; open: boolean; onOpenChange: (open: boolean) => void };

function WhenDialog({ room, open, onOpenChange }: DialogProps) {
  const t = useText();
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t("when.change")}>
      {open && <WhenForm room={room} onDone={() => onOpenChange(false)} />}
    </Dialog>
  );
}

function WhenForm({ room, onDone }: { room: ScheduledRoom; onDone: () => void }) {
  const t = useText();
  const problemText = useProblemText();
  const change = useChangeRoom(room);
  const [when, setWhen] = useState(() => (room.schedule ? fieldsOf(room.schedule) : newSchedule(new Date(), ownZone())));
  return (
    <div className="stack">
      {change.isError && <Banner tone="danger">{problemText(change.error)}</Banner>}
      <ScheduleForm value={when} onChange={setWhen} />
      <div className="ui-actions ui-actions-end">
        {room.schedule && (
          <Button tone="quiet" disabled={change.isPending} onClick={() => change.mutate({ schedule: null }, { onSuccess: onDone })}>
            {t("when.remove")}
          </Button>
        )}
        <Button
          tone="primary"
          busy={change.isPending}
          disabled={!isComplete(when)}
          onClick={() => change.mutate({ schedule: scheduleOf(when) }, { onSuccess: onDone })}
        >
          {t("common.save")}
        </Button>
      </div>
    </div>
  );
}
