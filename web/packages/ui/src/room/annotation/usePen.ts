import { type Pen, pen, pointer } from "@stoa/models/annotation";
import type { Stroke } from "@stoa/sdk";
import { useEffect, useMemo, useSyncExternalStore } from "react";
import { useNotices } from "../notices/useNotices.ts";
import { useSession } from "../session.tsx";
import { useRefusalSentence } from "../useAct.ts";

/** One's pen on one picture, and the strokes that the room has not shown whole yet. */
export function usePen(strokes: readonly Stroke[]): { pen: Pen; echo: readonly Stroke[] } {
  const { commands, room } = useSession();
  const notices = useNotices();
  const sentence = useRefusalSentence();
  const mine = useMemo(
    () =>
      pen({
        me: { identity: room.localParticipant.identity, name: room.localParticipant.name ?? "" },
        commands: commands.annotation,
        refused: (error) => notices.show({ content: { text: sentence(error) }, tone: "danger", same_as: "pen" }),
      }),
    [commands, room, notices, sentence],
  );
  useEffect(() => mine.settle(strokes), [mine, strokes]);
  return { pen: mine, echo: useSyncExternalStore(mine.echo.subscribe, mine.echo.getSnapshot) };
}

/** One's laser pointer. */
export function usePointer(): ReturnType<typeof pointer> {
  const { commands } = useSession();
  return useMemo(() => pointer(commands.annotation), [commands]);
}
