import { Check, X } from "lucide-react";
import { Avatar } from "../../components/Avatar.tsx";
import { Button, IconButton } from "../../components/Button.tsx";
import { useRoomState, useSession } from "../session.tsx";
import { useRoomText } from "../text.ts";
import { useAct } from "../useAct.ts";
import { clockText, useNow } from "../useMedia.ts";

/** Who waits in the lobby, the longest first. */
export function LobbyRequests() {
  const text = useRoomText();
  const { commands } = useSession();
  const act = useAct();
  const waiting = useRoomState((state) => state.lobby?.waiting) ?? [];
  const now = useNow(1000, waiting.length > 0);
  if (waiting.length === 0) return null;
  return (
    <section className="room-lobby" aria-label={text("lobby")}>
      <h3 className="room-panel-heading">
        {text("lobby")} <span>{waiting.length}</span>
        {waiting.length > 1 && (
          <Button size="sm" onClick={() => void act(commands.lobby.admitAll())}>
            {text("admitAll")}
          </Button>
        )}
      </h3>
      <ul role="list" className="room-people">
        {waiting.map((visitor) => (
          <li key={visitor.ticket} className="room-person">
            <Avatar name={visitor.name} seed={visitor.ticket} size={32} />
            <span className="room-person-name">
              <span>{visitor.name}</span>
              <small>{text("waitedFor", { time: clockText(now - visitor.since_at) })}</small>
            </span>
            <IconButton
              icon={X}
              size="sm"
              label={`${text("deny")}: ${visitor.name}`}
              onClick={() => void act(commands.lobby.deny(visitor.ticket))}
            />
            <Button
              tone="primary"
              size="sm"
              icon={Check}
              aria-label={`${text("admit")}: ${visitor.name}`}
              onClick={() => void act(commands.lobby.admit(visitor.ticket))}
            >
              {text("admit")}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
