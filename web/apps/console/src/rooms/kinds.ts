import type { ScheduledRoom } from "@stoa/sdk/api";
import { GraduationCap, Headset, type LucideIcon, Presentation, Radio, Users } from "lucide-react";

export type Kind = ScheduledRoom["kind"];

export const KINDS: readonly Kind[] = ["meeting", "consult", "class", "webinar", "live_show"];

export const KIND_ICONS: Record<Kind, LucideIcon> = {
  meeting: Users,
  class: GraduationCap,
  webinar: Presentation,
  consult: Headset,
  live_show: Radio,
};

/** The roles that an invitation may give. Software and interpreters come by other ways. */
export const INVITED_ROLES = ["member", "speaker", "audience", "co_host", "host", "observer"] as const;
