import { useEffect } from "react";
import { useMyIdentity, useRoomState, useSession } from "../session.tsx";
import { useAct } from "../useAct.ts";
import { useView } from "../view.tsx";

/** While I lead, what I look at is what the others see. */
export function useLeading(): void {
  const { commands } = useSession();
  const act = useAct();
  const me = useMyIdentity();
  const { mode, pinned } = useView();
  const leads = useRoomState((state) => state.layout?.leader === me) ?? false;
  const identity = pinned ? pinned.slice(0, pinned.lastIndexOf("/")) : null;
  useEffect(() => {
    if (leads) void act(commands.layout.view({ mode, pinned: identity }));
  }, [leads, mode, identity, commands, act]);
}
