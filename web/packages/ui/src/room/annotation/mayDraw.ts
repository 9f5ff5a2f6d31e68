import type { RoomState } from "@stoa/sdk";

/** As the server decides it: the right, and whom the surface's publisher lets draw. */
export function mayDrawOn(state: RoomState, surface: string): boolean {
  if (!state.annotation || !state.me.rights.includes("annotate")) return false;
  const who = state.annotation.surfaces.find((one) => one.surface === surface)?.who ?? "everyone";
  switch (who) {
    case "everyone":
      return true;
    case "hosts":
      return state.me.role === "host" || state.me.role === "co_host";
    case "nobody":
      return false;
  }
}
