import type { ScheduledRoom } from "@stoa/sdk/api";
import { ConfirmDialog, IconButton, Menu, MenuItem, useToast } from "@stoa/ui";
import { Ban, CalendarDays, Ellipsis, PhoneOff } from "lucide-react";
import { useState } from "react";
import { api } from "../data/api.ts";
import { useCancelRoom, useEndRoom } from "../data/rooms.ts";
import { useText } from "../text/index.ts";
import { useProblemText } from "../text/problems.ts";

type Question = "end" | "cancel";

/** What is seldom done with a room. */
export function RoomMenu({ room }: { room: ScheduledRoom }) {
  const t = useText();
  const problemText = useProblemText();
  const { done, failed } = useToast();
  const [question, ask] = useState<Question | null>(null);
  const end = useEndRoom(room.id);
  const cancel = useCancelRoom(room.id);
  if (room.state !== "active") return null;
  const answer = (said: string) => ({
    onSuccess: () => {
      ask(null);
      done(said);
    },
    onError: (error: Error) => {
      ask(null);
      failed(t("common.failed"), problemText(error));
    },
  });
  const confirm = {
    end: () => end.mutate(undefined, answer(t("room.endDone"))),
    cancel: () => cancel.mutate(undefined, answer(t("room.cancelDone"))),
  };
  return (
    <>
      <Menu trigger={<IconButton icon={Ellipsis} label={t("room.more")} tone="neutral" />}>
        {room.schedule && (
          <MenuItem icon={CalendarDays} onSelect={() => location.assign(api.rooms.calendarUrl(room.id))}>
            {t("room.calendarFile")}
          </MenuItem>
        )}
        {room.live.open && (
          <MenuItem icon={PhoneOff} onSelect={() => ask("end")}>
            {t("room.end")}
          </MenuItem>
        )}
        <MenuItem icon={Ban} tone="danger" onSelect={() => ask("cancel")}>
          {t("room.cancel")}
        </MenuItem>
      </Menu>
      {(["end", "cancel"] as const).map((kind) => (
        <ConfirmDialog
          key={kind}
          open={question === kind}
          onOpenChange={(open) => ask(open ? kind : null)}
          title={t(`room.${kind}`)}
          consequence={t(`room.${kind}Consequence`)}
          confirm={t(`room.${kind}`)}
          cancel={t("common.back")}
          busy={end.isPending || cancel.isPending}
          onConfirm={confirm[kind]}
        />
      ))}
    </>
  );
}
