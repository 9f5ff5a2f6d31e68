import { Hand } from "lucide-react";
import { Button, IconButton } from "../../components/Button.tsx";
import { X } from "lucide-react";
import { useMay, useRoomState, useSession } from "../session.tsx";
import { useRoomText } from "../text.ts";
import { useAct } from "../useAct.ts";
import { clockText, useNow } from "../useMedia.ts";

/** Raised hands in their order, with how long each has waited. */
export function HandsQueue() {
  const text = useRoomText();
  const { commands } = useSession();
  const act = useAct();
  const mayGrant = useMay("grant_floor");
  const queue = useRoomState((state) => state.hands?.queue) ?? [];
  const now = useNow(1000, queue.length > 0);
  if (queue.length === 0) return null;
  return (
    <section aria-label={text("hands")}>
      <h3 className="room-panel-heading">
        {text("hands")} <span>{queue.length}</span>
        {mayGrant && queue.length > 1 && (
          <Button size="sm" tone="quiet" onClick={() => void act(commands.hands.lowerAll())}>
            {text("lowerAll")}
          </Button>
        )}
      </h3>
      <ol role="list" className="room-people">
        {queue.map((hand) => (
          <li key={hand.identity} className="room-person">
            <span className="room-person-hand">
              <Hand aria-hidden size={16} />
            </span>
            <span className="room-person-name">
              <span>{hand.name}</span>
              <small>
                {text("waitedFor", { time: clockText(now - hand.since_at) })}
                {hand.note && ` · ${hand.note}`}
              </small>
            </span>
            {mayGrant && (
              <>
                <IconButton
                  icon={X}
                  size="sm"
                  label={`${text("lowerTheirs")}: ${hand.name}`}
                  onClick={() => void act(commands.hands.lower(hand.identity))}
                />
                <Button
                  size="sm"
                  tone="primary"
                  aria-label={`${text("grant")}: ${hand.name}`}
                  onClick={() => void act(commands.hands.grant(hand.identity))}
                >
                  {text("grant")}
                </Button>
              </>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}
