import { X } from "lucide-react";
import { type ReactNode, useEffect, useId, useRef } from "react";
import { IconButton } from "../../components/Button.tsx";
import { Sheet } from "../../components/Dialog.tsx";
import { useRoomText } from "../text.ts";
import { useIsPhone } from "../useMedia.ts";
import "./panels.css";

type Props = { title: string; onClose: () => void; actions?: ReactNode; children: ReactNode; name: string };

/** Beside the stage on a wide screen; a sheet from below on a phone. Escape closes both. */
export function Panel({ title, onClose, actions, children, name }: Props) {
  if (useIsPhone()) {
    return (
      <Sheet open onOpenChange={(open) => !open && onClose()} title={title} actions={actions}>
        <div className={`room-panel-sheet room-panel-${name}`}>{children}</div>
      </Sheet>
    );
  }
  return (
    <Side title={title} onClose={onClose} actions={actions} name={name}>
      {children}
    </Side>
  );
}

function Side({ title, onClose, actions, children, name }: Props) {
  const text = useRoomText();
  const id = useId();
  const panel = useRef<HTMLElement>(null);
  // Whoever opened it by keyboard goes on inside, and comes back to where he was.
  useEffect(() => {
    const before = document.activeElement;
    panel.current?.focus({ preventScroll: true });
    return () => {
      if (before instanceof HTMLElement && before.isConnected && !anotherHasFocus()) before.focus();
    };
  }, []);
  return (
    <aside
      ref={panel}
      className={`room-panel room-panel-${name}`}
      aria-labelledby={id}
      tabIndex={-1}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || event.defaultPrevented) return;
        event.stopPropagation();
        onClose();
      }}
    >
      <header className="room-panel-header">
        <h2 id={id}>{title}</h2>
        {actions}
        <IconButton icon={X} label={text("close")} size="sm" onClick={onClose} />
      </header>
      {children}
    </aside>
  );
}

const anotherHasFocus = () => document.activeElement !== null && document.activeElement !== document.body;
