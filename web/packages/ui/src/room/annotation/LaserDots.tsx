import { lasers } from "@stoa/models/annotation";
import type { Rect } from "@stoa/models/stage";
import { useState, useSyncExternalStore } from "react";
import { useMyIdentity, useNameOf, useRoomEvent } from "../session.tsx";
import { useRoomText } from "../text.ts";
import { ofPicture } from "./place.ts";

/** Where people point with the laser; nothing of it is kept. */
export function LaserDots({ surface, rect, mirrored }: { surface: string; rect: Rect; mirrored: boolean }) {
  const text = useRoomText();
  const me = useMyIdentity();
  const nameOf = useNameOf();
  const [model] = useState(() => lasers());
  useRoomEvent("annotation.pointed", model.hear);
  const seen = useSyncExternalStore(model.subscribe, model.getSnapshot);
  return seen
    .filter((laser) => laser.surface === surface)
    .map(({ identity, x, y }) => {
      const [left, top] = ofPicture(x, y, rect, mirrored);
      return (
        <span key={identity} className="room-laser" style={{ transform: `translate(${left}px, ${top}px)` }} aria-hidden>
          {identity !== me && <span>{nameOf(identity, text("someone"))}</span>}
        </span>
      );
    });
}
