import { type AgendaItem, freshId } from "@stoa/sdk";
import { ArrowDown, ArrowUp, Ellipsis, FileText, ListChecks, Plus, Trash2 } from "lucide-react";
import { useId, useState } from "react";
import { Button, IconButton } from "../../components/Button.tsx";
import "../../components/Choice.css";
import { Input } from "../../components/Input.tsx";
import { Menu, MenuItem } from "../../components/Menu.tsx";
import { EmptyState } from "../../components/State.tsx";
import { useMay, useRoomState, useSession } from "../session.tsx";
import { useRoomText } from "../text.ts";
import { useAct } from "../useAct.ts";
import { Panel } from "./Panel.tsx";
import { useTemplate } from "./useTemplate.ts";

const NOTHING: readonly AgendaItem[] = [];
const DEFAULT_MINUTES = 10;

/** What is to be talked about. Ticking and editing need the right `edit_agenda`. */
export function AgendaPanel({ onClose }: { onClose: () => void }) {
  const text = useRoomText();
  const { commands } = useSession();
  const act = useAct();
  const mayEdit = useMay("edit_agenda");
  const items = useRoomState((state) => state.room.agenda) ?? NOTHING;
  const done = items.filter((item) => item.done).length;
  const set = (next: readonly AgendaItem[]) =>
    void act(commands.room.setAgenda(next.map(({ id, text: words, minutes }) => ({ id, text: words, minutes }))));
  return (
    <Panel title={text("agenda")} name="agenda" onClose={onClose}>
      <div className="room-panel-body">
        {items.length === 0 ? (
          <EmptyState icon={ListChecks} title={text("agendaEmpty")}>
            {text("agendaEmptyHint")}
          </EmptyState>
        ) : (
          <>
            <p className="room-panel-note">{text("agendaDone", { done, count: items.length })}</p>
            <progress className="room-agenda-progress" max={items.length} value={done} aria-label={text("agenda")} />
            <ol role="list" className="room-agenda">
              {items.map((item, at) => (
                <Item
                  key={item.id}
                  item={item}
                  mayEdit={mayEdit}
                  onTick={(ticked) => void act(commands.room.tickAgenda(item.id, ticked))}
                  onMove={at > 0 ? () => set(swapped(items, at)) : null}
                  onMoveDown={at < items.length - 1 ? () => set(swapped(items, at + 1)) : null}
                  onRemove={() => set(items.filter((other) => other.id !== item.id))}
                />
              ))}
            </ol>
          </>
        )}
        {mayEdit && <Adding onAdd={(item) => set([...items, item])} />}
        <Documents />
      </div>
    </Panel>
  );
}

/** What the template asks everybody to bring. */
function Documents() {
  const text = useRoomText();
  const documents = useTemplate()?.documents ?? [];
  if (documents.length === 0) return null;
  return (
    <section aria-label={text("documents")}>
      <h3 className="room-panel-heading">{text("documents")}</h3>
      <ul role="list" className="room-documents">
        {documents.map((name) => (
          <li key={name}>
            <FileText aria-hidden size={16} /> {name}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The items with that one and the one before it exchanged. */
function swapped(items: readonly AgendaItem[], at: number): AgendaItem[] {
  const next = [...items];
  const [moved] = next.splice(at, 1);
  if (moved) next.splice(at - 1, 0, moved);
  return next;
}

type ItemProps = {
  item: AgendaItem;
  mayEdit: boolean;
  onTick: (done: boolean) => void;
  onMove: (() => void) | null;
  onMoveDown: (() => void) | null;
  onRemove: () => void;
};

function Item({ item, mayEdit, onTick, onMove, onMoveDown, onRemove }: ItemProps) {
  const text = useRoomText();
  const id = useId();
  return (
    <li className={item.done ? "done" : ""}>
      <input
        id={id}
        type="checkbox"
        className="ui-checkbox"
        checked={item.done}
        disabled={!mayEdit}
        onChange={(event) => onTick(event.target.checked)}
      />
      <label htmlFor={id}>{item.text}</label>
      {item.minutes > 0 && (
        <span className="room-agenda-minutes">
          {item.minutes} {text("agendaMinutes")}
        </span>
      )}
      {mayEdit && (
        <Menu trigger={<IconButton icon={Ellipsis} size="sm" label={text("agendaOptions", { item: item.text })} />}>
          {onMove && (
            <MenuItem icon={ArrowUp} onSelect={onMove}>
              {text("agendaMoveUp")}
            </MenuItem>
          )}
          {onMoveDown && (
            <MenuItem icon={ArrowDown} onSelect={onMoveDown}>
              {text("agendaMoveDown")}
            </MenuItem>
          )}
          <MenuItem icon={Trash2} tone="danger" onSelect={onRemove}>
            {text("agendaRemove")}
          </MenuItem>
        </Menu>
      )}
    </li>
  );
}

function Adding({ onAdd }: { onAdd: (item: AgendaItem) => void }) {
  const text = useRoomText();
  const [words, setWords] = useState("");
  const [minutes, setMinutes] = useState(DEFAULT_MINUTES);
  return (
    <form
      className="room-agenda-add"
      onSubmit={(event) => {
        event.preventDefault();
        if (words.trim() === "") return;
        onAdd({ id: freshId(), text: words.trim(), minutes, done: false });
        setWords("");
      }}
    >
      <Input
        aria-label={text("agendaItem")}
        placeholder={text("agendaAdd")}
        maxLength={200}
        value={words}
        onChange={(event) => setWords(event.target.value)}
      />
      <Input
        aria-label={text("agendaMinutes")}
        type="number"
        min={0}
        max={480}
        value={minutes}
        onChange={(event) => setMinutes(Math.max(0, Math.min(480, Number(event.target.value) || 0)))}
      />
      <Button type="submit" icon={Plus} disabled={words.trim() === ""}>
        {text("add")}
      </Button>
    </form>
  );
}
