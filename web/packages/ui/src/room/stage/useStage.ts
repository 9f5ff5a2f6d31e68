import { type Size, stage, type StageView } from "@stoa/models/stage";
import { useEffect, useLayoutEffect, useMemo, useState, useSyncExternalStore } from "react";
import { usePresence } from "../media/usePresence.ts";
import { useMyIdentity, useRoomState } from "../session.tsx";
import { useView } from "../view.tsx";
import { type Tile, tilesOf } from "./tiles.ts";

/** Which tile stands where on a stage of that size. */
export function useStage(container: Size, page: number): { tiles: readonly Tile[]; view: StageView } {
  const people = usePresence();
  const me = useMyIdentity();
  const { mode, pinned } = useView();
  const layout = useRoomState((state) => state.layout ?? null);
  const tiles = useMemo(() => tilesOf(people), [people]);
  const speaking = useSpeaking();
  const [model] = useState(() => stage());
  useLayoutEffect(() => {
    model.give({ tiles, speaking, container, mode, page, pinned, layout, me });
  }, [model, tiles, speaking, container, mode, page, pinned, layout, me]);
  useEffect(() => model.close, [model]);
  const view = useSyncExternalStore(model.subscribe, model.getSnapshot);
  return { tiles, view };
}

/** Identities of those who speak, as the same array while they are the same. */
function useSpeaking(): readonly string[] {
  const people = usePresence();
  const line = people.filter((one) => one.isSpeaking).map((one) => one.identity).join("\n");
  return useMemo(() => (line === "" ? [] : line.split("\n")), [line]);
}
