import type { ScheduledRoom } from "@stoa/sdk/api";
import { ConfirmDialog, IconButton, Menu, MenuItem, MenuSeparator, useToast } from "@stoa/ui";
import { Ban, CalendarDays, Ellipsis, PhoneOff, RotateCcw, Trash2 } from "lucide-react";
import { useState } from "react";
import { useLocation } from "wouter";
import { api } from "../data/api.ts";
import { useChangeRoom, useDeleteRoom, useEndRoom } from "../data/rooms.ts";
import { useText } from "../text/index.ts";
import { useProblemText } from "../text/problems.ts";

type Question = "end" | "cancel" | "delete";

/** What is seldom done with a room. */
export function RoomMenu({ room }: { room: ScheduledRoom }) {
  const t = useText();
  const problemText = useProblemText();
  const { done, failed } = useToast();
  const [, go] = useLocation();
  const [question, ask] = useState<Question | null>(null);
  const end = useEndRoom(room.id);
  const change = useChangeRoom(room);
  const remove = useDeleteRoom();
  const answer = (said: string, then?: () => void) => ({
    onSuccess: () => {
      ask(null);
      done(said);
      then?.();
    },
    onError: (error: Error) => {
      ask(null);
      failed(t("common.failed"), problemText(error));
    },
  });
  const confirm = {
    end: () => end.mutate(undefined, answer(t("room.endDone"))),
    cancel: () => change.mutate({ state: "cancelled" }, answer(t("room.cancelDone"))),
    delete: () => remove.mutate(room.id, answer(t("room.deleteDone"), () => go("/"))),
  };
  return (
    <>
      <Menu trigger={<IconButton icon={Ellipsis} label={t("room.more")} tone="neutral" />}>
        {room.schedule && room.state === "active" && (
          <MenuItem icon={CalendarDays} onSelect={() => location.assign(api.rooms.calendarUrl(room.id))}>
            {t("room.calendarFile")}
          </MenuItem>
        )}
        {room.live.open && (
          <MenuItem icon={PhoneOff} onSelect={() => ask("end")}>
            {t("room.end")}
          </MenuItem>
        )}
        {room.state === "active" ? (
          <MenuItem icon={Ban} onSelect={() => ask("cancel")}>
            {t("room.cancel")}
          </MenuItem>
        ) : (
          <MenuItem icon={RotateCcw} onSelect={() => change.mutate({ state: "active" }, answer(t("room.reopenDone")))}>
            {t("room.reopen")}
          </MenuItem>
        )}
        <MenuSeparator />
        <MenuItem icon={Trash2} tone="danger" onSelect={() => ask("delete")}>
          {t("room.delete")}
        </MenuItem>
      </Menu>
      {(["end", "cancel", "delete"] as const).map((kind) => (
        <ConfirmDialog
          key={kind}
          open={question === kind}
          onOpenChange={(open) => ask(open ? kind : null)}
          title={t(`room.${kind}`)}
          consequence={t(`room.${kind}Consequence`)}
          confirm={t(`room.${kind}`)}
          cancel={t("common.back")}
          busy={end.isPending || change.isPending || remove.isPending}
          onConfirm={confirm[kind]}
        />
      ))}
    </>
  );
}
