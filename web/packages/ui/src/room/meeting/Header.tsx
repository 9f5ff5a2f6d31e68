import { Lock } from "lucide-react";
import type { ReactNode } from "react";
import { PanelButtons } from "../controls/ControlBar.tsx";
import { TimerChip } from "../panels/TimerDialog.tsx";
import { useRoomState } from "../session.tsx";
import { useRoomText } from "../text.ts";
import { clockText, useIsPhone, useNow } from "../useMedia.ts";

/** What this meeting is, how long it has gone on, and on phones the way to people and chat. */
export function Header({ brand }: { brand?: ReactNode }) {
  const text = useRoomText();
  const isPhone = useIsPhone();
  const title = useRoomState((state) => state.room.title) ?? "";
  const locked = useRoomState((state) => state.room.locked) ?? false;
  return (
    <header className="room-header">
      {brand && <div className="room-brand">{brand}</div>}
      <div className="room-header-words">
        <h1>{title}</h1>
        <Elapsed />
        {locked && (
          <span className="room-locked">
            <Lock aria-hidden size={13} /> {text("locked")}
          </span>
        )}
      </div>
      <TimerChip />
      {isPhone && <PanelButtons />}
    </header>
  );
}

/** Counts in minutes: seconds would make people nervous. */
const WARN_BEFORE_MS = 10 * 60_000;

function Elapsed() {
  const text = useRoomText();
  const now = useNow(1000);
  const startedAt = useRoomState((state) => state.room.started_at);
  const endsAt = useRoomState((state) => state.room.ends_at);
  if (endsAt !== null && endsAt - now < WARN_BEFORE_MS && endsAt > now) {
    return <span className="room-ends">{text("endsIn", { count: Math.ceil((endsAt - now) / 60_000) })}</span>;
  }
  if (startedAt === null) return null;
  const time = clockText(now - startedAt);
  return (
    <time className="room-elapsed" aria-label={text("elapsed", { time })}>
      {time}
    </time>
  );
}
