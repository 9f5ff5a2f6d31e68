import type { Command } from "../../event.ts";
import type { Send } from "../../commands.ts";
import type { View } from "./state.ts";

export interface LayoutCommands {
  "layout.spotlight": Command<{ readonly identity: string | null; readonly source: "camera" | "screen_share" }>;
  "layout.close_up": Command<{ readonly identity: string; readonly on: boolean }>;
  "layout.lead": Command<{ readonly on: boolean }>;
  "layout.view": Command<View>;
}

export const layoutCommands = (send: Send) => ({
  /** Shows one person large to everybody; null ends it. */
  spotlight: (identity: string | null, source: "camera" | "screen_share" = "camera") =>
    send("layout.spotlight", { identity, source }),
  closeUp: (identity: string, on: boolean) => send("layout.close_up", { identity, on }),
  lead: (on: boolean) => send("layout.lead", { on }),
  /** While leading: what the others see. */
  view: (view: View) => send("layout.view", view),
});
