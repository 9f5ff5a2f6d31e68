import { ACTIONS } from "@stoa/models/shortcuts";
import { Dialog } from "../../components/Dialog.tsx";
import { useRoomText } from "../text.ts";
import { keysFor } from "./keys.ts";

export function ShortcutsDialog({ onClose }: { onClose: () => void }) {
  const text = useRoomText();
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={text("shortcutsTitle")} size="sm">
      <dl className="room-keys">
        {ACTIONS.map((action) => (
          <Line key={action} what={text(`key_${action}`)} keys={keysFor(action)} />
        ))}
        <Line what={text("key_talk")} keys={text("shortcutHold")} />
        <Line what={text("key_escape")} keys="Esc" />
      </dl>
    </Dialog>
  );
}

function Line({ what, keys }: { what: string; keys: string }) {
  return (
    <div>
      <dt>{what}</dt>
      <dd>
        <kbd>{keys}</kbd>
      </dd>
    </div>
  );
}
