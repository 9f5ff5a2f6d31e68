import { Building2, CalendarDays, History, House, KeyRound, LayoutTemplate, type LucideIcon, ScrollText, Settings, Users, Webhook } from "lucide-react";
import { useIsAdmin, useMe } from "../data/session.ts";
import type { TextKey } from "../text/index.ts";

export type Place = { path: string; label: TextKey; icon: LucideIcon };

const DAILY: readonly Place[] = [
  { path: "/", label: "nav.home", icon: House },
  { path: "/schedule", label: "nav.schedule", icon: CalendarDays },
  { path: "/templates", label: "nav.templates", icon: LayoutTemplate },
  { path: "/people", label: "nav.people", icon: Users },
  { path: "/history", label: "nav.history", icon: History },
];

const API_KEYS: Place = { path: "/api-keys", label: "nav.apiKeys", icon: KeyRound };
const WEBHOOKS: Place = { path: "/webhooks", label: "nav.webhooks", icon: Webhook };
const AUDIT: Place = { path: "/audit", label: "nav.audit", icon: ScrollText };
const TENANTS: Place = { path: "/tenants", label: "nav.tenants", icon: Building2 };
const SETTINGS: Place = { path: "/settings", label: "nav.settings", icon: Settings };

/** The places that this person may go to: those of every day, and those for looking after things. */
export function usePlaces(): { daily: readonly Place[]; upkeep: readonly Place[] } {
  const { data: me } = useMe();
  const isAdmin = useIsAdmin();
  const upkeep = [
    ...(isAdmin ? [API_KEYS, WEBHOOKS, AUDIT] : []),
    ...(me?.platform_role === "operator" ? [TENANTS] : []),
    SETTINGS,
  ];
  return { daily: DAILY, upkeep };
}

/** Whether the address belongs to the place, or to a page below it. */
export const isAt = (place: Place, location: string): boolean =>
  place.path === "/" ? location === "/" : location === place.path || location.startsWith(`${place.path}/`);
