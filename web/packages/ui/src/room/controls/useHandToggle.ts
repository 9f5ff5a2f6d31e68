import { useMay, useMyIdentity, useRoomState, useSession } from "../session.tsx";
import { useAct } from "../useAct.ts";

/** One's own hand; null where this room has none. */
export function useHandToggle(): { isUp: boolean; toggle: () => Promise<boolean> } | null {
  const { commands } = useSession();
  const act = useAct();
  const me = useMyIdentity();
  const may = useMay("raise_hand");
  const isUp = useRoomState((state) => state.hands?.queue.some((hand) => hand.identity === me) ?? false) ?? false;
  const has = useRoomState((state) => state.hands !== undefined) ?? false;
  if (!may || !has) return null;
  return { isUp, toggle: () => act(isUp ? commands.hands.lower() : commands.hands.raise()) };
}
