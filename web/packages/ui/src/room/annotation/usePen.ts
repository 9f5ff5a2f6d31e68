import { type EchoStroke, type Pen, pen, pointer } from "@stoa/models/annotation";
import type { Stroke } from "@stoa/sdk";
import { useEffect, useMemo, useSyncExternalStore } from "react";
import { useNotices } from "../notices/useNotices.ts";
import { useSession } from "../session.tsx";
import { useRoomText } from "../text.ts";
import { useRefusalSentence } from "../useAct.ts";

/** One's pen on one picture, and the strokes that the room has not shown whole yet. */
export function usePen(strokes: readonly Stroke[]): { pen: Pen; echo: readonly EchoStroke[] } {
  const { commands, room, stoa } = useSession();
  const notices = useNotices();
  const text = useRoomText();
  const sentence = useRefusalSentence();
  const mine = useMemo(
    () =>
      pen({
        me: { identity: room.localParticipant.identity, name: room.localParticipant.name ?? "" },
        commands: commands.annotation,
        refused: (error) => notices.show({ content: { text: sentence(error) }, tone: "danger", same_as: "pen" }),
        cutShort: () => notices.show({ content: { text: text("drawingCutShort") }, tone: "warning", same_as: "pen" }),
      }),
    [commands, room, notices, text, sentence],
  );
  const status = useSyncExternalStore(stoa.status.subscribe, stoa.status.getSnapshot);
  useEffect(() => mine.connected(status.phase === "connected"), [mine, status.phase]);
  useEffect(() => mine.settle(strokes), [mine, strokes]);
  return { pen: mine, echo: useSyncExternalStore(mine.echo.subscribe, mine.echo.getSnapshot) };
}

/** One's laser pointer. */
export function usePointer(): ReturnType<typeof pointer> {
  const { commands } = useSession();
  return useMemo(() => pointer(commands.annotation), [commands]);
}
