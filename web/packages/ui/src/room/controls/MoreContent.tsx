import { EMOJIS } from "@stoa/sdk";
import { useTemplate } from "../panels/useTemplate.ts";
import { useMay, useSession } from "../session.tsx";
import { useRoomText } from "../text.ts";
import { useAct } from "../useAct.ts";
import { type MoreRow, usedFirst } from "./moreRow.ts";
import { useHostRows } from "./useHostRows.ts";
import { type MoreDialog, useMyRows } from "./useMyRows.ts";

type Props = { onDone: () => void; onDialog: (dialog: MoreDialog) => void };

/** Everything behind "more": what the meeting's template uses stands first. */
export function MoreContent({ onDone, onDialog }: Props) {
  const text = useRoomText();
  const tools = useTemplate()?.tools ?? [];
  const mine = useMyRows(onDialog);
  const host = useHostRows();
  return (
    <div className="room-more-content">
      <Reactions onDone={onDone} />
      <div className="room-more-list">
        <Rows rows={usedFirst(mine, tools)} onDone={onDone} />
      </div>
      {host.length > 0 && (
        <div className="room-more-list" role="group" aria-label={text("hostTools")}>
          <p className="room-more-heading">{text("hostTools")}</p>
          <Rows rows={usedFirst(host, tools)} onDone={onDone} />
        </div>
      )}
    </div>
  );
}

function Reactions({ onDone }: { onDone: () => void }) {
  const text = useRoomText();
  const { commands } = useSession();
  const act = useAct();
  const may = useMay("react");
  if (!may) return null;
  return (
    <div className="room-emojis" role="group" aria-label={text("reactions")}>
      {EMOJIS.map((emoji) => (
        <button
          key={emoji}
          type="button"
          aria-label={text("react", { emoji })}
          onClick={() => {
            void act(commands.reactions.send(emoji));
            onDone();
          }}
        >
          {emoji}
        </button>
      ))}
    </div>
  );
}

function Rows({ rows, onDone }: { rows: readonly MoreRow[]; onDone: () => void }) {
  return rows.map(({ key, icon: Icon, label, keys, active, opens, run }) => (
    <button
      key={key}
      type="button"
      className="room-more-row"
      data-active={active || undefined}
      onClick={() => {
        void run();
        // A dialog closes the menu itself, so that the focus goes to it.
        if (!opens) onDone();
      }}
    >
      <Icon aria-hidden size={18} />
      <span>{label}</span>
      {keys && <kbd aria-hidden>{keys}</kbd>}
    </button>
  ));
}
