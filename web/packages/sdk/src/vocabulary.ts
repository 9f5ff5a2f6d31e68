/** Words that several features share. The names are those of the wire (docs/room-protocol.md). */

export type Kind = "meeting" | "class" | "webinar" | "consult" | "live_show";

export type Role = "host" | "co_host" | "speaker" | "member" | "audience" | "interpreter" | "observer" | "agent";

export type Right =
  | "speak"
  | "show_camera"
  | "share_screen"
  | "chat"
  | "chat_private"
  | "send_files"
  | "annotate"
  | "raise_hand"
  | "react"
  | "mute_others"
  | "stop_video"
  | "remove"
  | "ban"
  | "admit"
  | "lock"
  | "end"
  | "extend"
  | "spotlight"
  | "close_up"
  | "lead_view"
  | "set_roles"
  | "hand_over"
  | "moderate_chat"
  | "allow_annotation"
  | "run_timer"
  | "grant_floor"
  | "edit_agenda"
  | "ask_questions"
  | "moderate_questions";

/** What a person may publish. */
export type Source = "microphone" | "camera" | "screen_share";

/** Identity of the person who did it, or null when the room itself did. */
export type By = string | null;

/** Milliseconds since 1970, UTC, by the server's clock. */
export type TimeMs = number;
