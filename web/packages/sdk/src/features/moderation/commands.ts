import type { Command } from "../../event.ts";
import type { Send } from "../../commands.ts";

type Someone = { readonly identity: string };

export interface ModerationCommands {
  "moderation.mute": Command<Someone & { readonly source: "microphone" }>;
  "moderation.mute_all": Command<{ readonly may_unmute: boolean }>;
  "moderation.forbid_unmute": Command<{ readonly forbidden: boolean }>;
  "moderation.stop_video": Command<Someone & { readonly source: "camera" | "screen_share" }>;
  "moderation.remove": Command<Someone>;
  "moderation.ban": Command<Someone>;
  "moderation.unban": Command<Someone>;
  "moderation.ask_unmute": Command<Someone>;
}

export const moderationCommands = (send: Send) => ({
  mute: (identity: string) => send("moderation.mute", { identity, source: "microphone" }),
  muteAll: (may_unmute: boolean) => send("moderation.mute_all", { may_unmute }),
  forbidUnmute: (forbidden: boolean) => send("moderation.forbid_unmute", { forbidden }),
  stopVideo: (identity: string, source: "camera" | "screen_share" = "camera") =>
    send("moderation.stop_video", { identity, source }),
  remove: (identity: string) => send("moderation.remove", { identity }),
  ban: (identity: string) => send("moderation.ban", { identity }),
  unban: (identity: string) => send("moderation.unban", { identity }),
  askUnmute: (identity: string) => send("moderation.ask_unmute", { identity }),
});
