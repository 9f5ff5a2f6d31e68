import { DoorOpen, OctagonX } from "lucide-react";
import { Dialog } from "../../components/Dialog.tsx";
import { useSession } from "../session.tsx";
import { useRoomText } from "../text.ts";
import { useAct } from "../useAct.ts";

/** Asked of those who may end the meeting; all others leave at once. */
export function LeaveDialog({ onClose, onLeave }: { onClose: () => void; onLeave: () => void }) {
  const text = useRoomText();
  const { commands } = useSession();
  const act = useAct();
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={text("leaveTitle")} size="sm">
      <div className="room-leave-choices">
        <button type="button" onClick={onLeave}>
          <DoorOpen aria-hidden size={20} />
          <span>
            <strong>{text("leaveForMe")}</strong>
            <small>{text("leaveForMeHint")}</small>
          </span>
        </button>
        <button type="button" className="danger" onClick={() => void act(commands.room.end())}>
          <OctagonX aria-hidden size={20} />
          <span>
            <strong>{text("endForAll")}</strong>
            <small>{text("endForAllHint")}</small>
          </span>
        </button>
      </div>
    </Dialog>
  );
}
