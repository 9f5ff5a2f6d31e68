import { cell, type CloseReason, type Readable, type Status } from "@stoa/sdk";
import { type Clock, realClock } from "../clock.ts";

/**
 * What a person is shown of the connection.
 * - `entering`: for the first time
 * - `steady`: nothing to say
 * - `reconnecting`: lost for longer than a blink
 * - `restored`: found again a moment ago
 * - `over`: `can_rejoin` says whether a button makes sense
 */
export type ConnectionView =
  | { readonly kind: "entering" }
  | { readonly kind: "steady" }
  | { readonly kind: "reconnecting"; readonly since: number }
  | { readonly kind: "restored" }
  | { readonly kind: "over"; readonly reason: CloseReason; readonly can_rejoin: boolean };

/** Most breaks heal before anybody notices; a banner that flashes worries more than it tells. */
const BLINK_MS = 1_000;
const RESTORED_FOR_MS = 3_000;

const CAN_REJOIN: ReadonlySet<CloseReason> = new Set<CloseReason>(["connection_lost", "server_shutdown", "left"]);

export function connection(
  status: Readable<Status>,
  clock: Clock = realClock,
): Readable<ConnectionView> & { readonly close: () => void } {
  const view = cell<ConnectionView>({ kind: "entering" });
  let cancel = () => {};
  let since: number | null = null;
  const later = (ms: number, next: ConnectionView) => {
    cancel = clock.after(ms, () => view.set(next));
  };

  const look = () => {
    const { phase, reason = "connection_lost" } = status.getSnapshot();
    const shown = view.getSnapshot().kind;
    if (phase === "reconnecting" && since !== null) return;
    cancel();
    switch (phase) {
      case "connecting":
        return view.set({ kind: "entering" });
      case "reconnecting":
        since = clock.now();
        return later(BLINK_MS, { kind: "reconnecting", since });
      case "connected":
        since = null;
        if (shown !== "reconnecting") return view.set({ kind: "steady" });
        view.set({ kind: "restored" });
        return later(RESTORED_FOR_MS, { kind: "steady" });
      case "closed":
        return view.set({ kind: "over", reason, can_rejoin: CAN_REJOIN.has(reason) });
    }
  };
  const unsubscribe = status.subscribe(look);
  look();
  return {
    getSnapshot: view.getSnapshot,
    subscribe: view.subscribe,
    close: () => {
      unsubscribe();
      cancel();
    },
  };
}
