import { X } from "lucide-react";
import { useSyncExternalStore } from "react";
import { Button, IconButton } from "../../components/Button.tsx";
import { useRoomText } from "../text.ts";
import { useNotices } from "./useNotices.ts";
import "./notices.css";

/** What just happened, said once: seen in a corner, and read out. */
export function NoticeStack() {
  const text = useRoomText();
  const notices = useNotices();
  const shown = useSyncExternalStore(notices.subscribe, notices.getSnapshot);
  return (
    <section
      className="room-notices"
      aria-label={text("toastNotes")}
      aria-live="polite"
      aria-relevant="additions"
      onPointerEnter={() => notices.hold(true)}
      onPointerLeave={() => notices.hold(false)}
      onFocus={() => notices.hold(true)}
      onBlur={() => notices.hold(false)}
    >
      {shown.map(({ id, content, tone }) => (
        <div key={id} className={`room-notice room-notice-${tone}`}>
          <p>{content.text}</p>
          {content.action && (
            <Button
              size="sm"
              tone="primary"
              onClick={() => {
                content.action?.run();
                notices.close(id);
              }}
            >
              {content.action.label}
            </Button>
          )}
          <IconButton icon={X} size="sm" label={text("close")} onClick={() => notices.close(id)} />
        </div>
      ))}
    </section>
  );
}
