import type { ScheduledRoom } from "@stoa/sdk/api";
import { Badge, Banner, Button, Card, IconButton, Input, useFormat } from "@stoa/ui";
import { ArrowDown, ArrowUp, Pencil, Plus, X } from "lucide-react";
import { useState } from "react";
import { useChangeRoom } from "../data/rooms.ts";
import { useText } from "../text/index.ts";
import { useProblemText } from "../text/problems.ts";

type Item = { id: string; text: string; minutes: number };

const MINUTES = 10;

/** What is to be talked about, in what order and how long. */
export function AgendaCard({ room }: { room: ScheduledRoom }) {
  const t = useText();
  const format = useFormat();
  const [isEditing, edit] = useState(false);
  const minutes = room.agenda.reduce((sum, item) => sum + item.minutes, 0);
  const isEmpty = room.agenda.length === 0;
  return (
    <Card
      title={t("agenda.title")}
      actions={
        !isEditing && (
          <div className="ui-actions">
            {minutes > 0 && <Badge>{format.minutes(minutes)}</Badge>}
            {room.state === "active" && (
              <Button size="sm" tone="quiet" icon={isEmpty ? Plus : Pencil} onClick={() => edit(true)}>
                {isEmpty ? t("agenda.add") : t("common.edit")}
              </Button>
            )}
          </div>
        )
      }
    >
      {isEditing ? (
        <AgendaForm room={room} onDone={() => edit(false)} />
      ) : isEmpty ? (
        <p className="muted">{t("agenda.empty")}</p>
      ) : (
        <ol className="agenda">
          {room.agenda.map((item) => (
            <li key={item.id}>
              <span>{item.text}</span>
              {item.minutes > 0 && <span className="muted small">{format.minutes(item.minutes)}</span>}
            </li>
          ))}
        </ol>
      )}
    </Card>
  );
}

function AgendaForm({ room, onDone }: { room: ScheduledRoom; onDone: () => void }) {
  const t = useText();
  const problemText = useProblemText();
  const change = useChangeRoom(room);
  const [items, setItems] = useState<readonly Item[]>(() => (room.agenda.length > 0 ? room.agenda : [newItem([])]));
  const set = (at: number, part: Partial<Item>) => setItems(items.map((item, index) => (index === at ? { ...item, ...part } : item)));
  const move = (at: number, by: number) => {
    const next = [...items];
    next.splice(at + by, 0, ...next.splice(at, 1));
    setItems(next);
  };
  const save = () => change.mutate({ agenda: items.filter((item) => item.text.trim()) }, { onSuccess: onDone });
  return (
    <div className="stack">
      {change.isError && <Banner tone="danger">{problemText(change.error)}</Banner>}
      <ul role="list" className="agenda-form">
        {items.map((item, at) => (
          <li key={item.id}>
            <Input
              aria-label={t("agenda.itemLabel", { number: at + 1 })}
              value={item.text}
              maxLength={200}
              placeholder={t("agenda.placeholder")}
              onChange={(event) => set(at, { text: event.target.value })}
            />
            <Input
              type="number"
              className="agenda-minutes"
              aria-label={t("agenda.minutesLabel", { number: at + 1 })}
              min={0}
              max={600}
              value={item.minutes}
              onChange={(event) => set(at, { minutes: Math.max(0, event.target.valueAsNumber || 0) })}
            />
            <IconButton size="sm" icon={ArrowUp} label={t("agenda.up")} disabled={at === 0} onClick={() => move(at, -1)} />
            <IconButton size="sm" icon={ArrowDown} label={t("agenda.down")} disabled={at === items.length - 1} onClick={() => move(at, 1)} />
            <IconButton size="sm" icon={X} label={t("agenda.remove")} onClick={() => setItems(items.filter((_, index) => index !== at))} />
          </li>
        ))}
      </ul>
      <div className="ui-actions">
        <Button size="sm" tone="quiet" icon={Plus} onClick={() => setItems([...items, newItem(items)])}>
          {t("agenda.add")}
        </Button>
      </div>
      <div className="ui-actions ui-actions-end">
        <Button onClick={onDone}>{t("common.cancel")}</Button>
        <Button tone="primary" busy={change.isPending} onClick={save}>
          {t("common.save")}
        </Button>
      </div>
    </div>
  );
}

/** Ids need only differ within the agenda. */
function newItem(items: readonly Item[]): Item {
  const taken = new Set(items.map((item) => item.id));
  let number = items.length + 1;
  while (taken.has(`item-${number}`)) number += 1;
  return { id: `item-${number}`, text: "", minutes: MINUTES };
}
