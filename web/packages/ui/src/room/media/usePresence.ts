import { useMemo, useSyncExternalStore } from "react";
import { useSession } from "../session.tsx";
import { type Presence, presenceOf } from "./presence.ts";
import type { Readable } from "@stoa/sdk";
import type { Room } from "livekit-client";

/** One store a room, so that a hundred components listen to the room's events once. */
const stores = new WeakMap<Room, Readable<readonly Presence[]>>();

export function usePresence(): readonly Presence[] {
  const { room } = useSession();
  const store = useMemo(() => {
    const known = stores.get(room) ?? presenceOf(room);
    stores.set(room, known);
    return known;
  }, [room]);
  return useSyncExternalStore(store.subscribe, store.getSnapshot);
}

export function useMyPresence(): Presence {
  const me = usePresence()[0];
  if (!me) throw new Error("a room always has its local participant");
  return me;
}
