import { Button } from "../../components/Button.tsx";
import { useRoomState, useSession } from "../session.tsx";
import { useRoomText } from "../text.ts";
import { useAct } from "../useAct.ts";

/** Who was blocked, and the way back. */
export function BannedPeople() {
  const text = useRoomText();
  const { commands } = useSession();
  const act = useAct();
  const banned = useRoomState((state) => state.moderation?.banned) ?? [];
  if (banned.length === 0) return null;
  return (
    <section aria-label={text("bannedPeople")}>
      <h3 className="room-panel-heading">
        {text("bannedPeople")} <span>{banned.length}</span>
      </h3>
      <ul role="list" className="room-people">
        {banned.map((one) => (
          <li key={one.identity} className="room-person">
            <span className="room-person-name">
              <span>{one.name}</span>
            </span>
            <Button
              size="sm"
              aria-label={`${text("unban")}: ${one.name}`}
              onClick={() => void act(commands.moderation.unban(one.identity))}
            >
              {text("unban")}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
