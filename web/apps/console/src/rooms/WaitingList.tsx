import type { LiveRoom, ScheduledRoom } from "@stoa/sdk/api";
import { Avatar, Button, IconButton, ListItem, useFormat, useToast } from "@stoa/ui";
import { Check, X } from "lucide-react";
import { useLobby } from "../data/rooms.ts";
import { useText } from "../text/index.ts";
import { useProblemText } from "../text/problems.ts";

type Props = { room: ScheduledRoom; waiting: LiveRoom["waiting"]; now: Date };

/** Who knocks, for hosts who are not inside themselves. */
export function WaitingList({ room, waiting, now }: Props) {
  const t = useText();
  const format = useFormat();
  const problemText = useProblemText();
  const { failed } = useToast();
  const lobby = useLobby(room.id);
  if (waiting.length === 0) return null;
  const onError = (error: Error) => failed(t("common.failed"), problemText(error));
  return (
    <section className="stack" aria-label={t("live.waiting")}>
      <header className="section-header">
        <h3>{t("live.waiting")}</h3>
        {waiting.length > 1 && (
          <Button size="sm" busy={lobby.isPending} onClick={() => lobby.mutate({ method: "lobby.admit_all", params: {} }, { onError })}>
            {t("live.admitAll")}
          </Button>
        )}
      </header>
      <ul role="list" className="plain-list">
        {waiting.map(({ ticket, name, since_at }) => (
          <ListItem
            key={ticket}
            lead={<Avatar name={name} seed={ticket} size={28} />}
            title={name}
            detail={format.ago(since_at, now)}
            end={
              <>
                <IconButton
                  size="sm"
                  icon={X}
                  label={t("live.deny", { name })}
                  disabled={lobby.isPending}
                  onClick={() => lobby.mutate({ method: "lobby.deny", params: { ticket } }, { onError })}
                />
                <IconButton
                  size="sm"
                  tone="neutral"
                  icon={Check}
                  label={t("live.admit", { name })}
                  disabled={lobby.isPending}
                  onClick={() => lobby.mutate({ method: "lobby.admit", params: { ticket } }, { onError })}
                />
              </>
            }
          />
        ))}
      </ul>
    </section>
  );
}
