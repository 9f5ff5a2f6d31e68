import { keep, kept } from "@stoa/ui";
import { useState } from "react";
import { ownZone } from "./zones.ts";

const KEY = "stoa.otherZones";
/** More would not be compared at a glance. */
const MOST = 6;

/** Zones that this person often invites into, kept on this device; and one's own where it differs. */
export function useOtherZones(home: string) {
  const [chosen, choose] = useState<readonly string[]>(read);
  const change = (next: readonly string[]) => {
    choose(next);
    keep(KEY, JSON.stringify(next));
  };
  return {
    zones: [...new Set([ownZone(), ...chosen])].filter((zone) => zone !== home),
    add: (zone: string) => change([...new Set([...chosen, zone])].slice(-MOST)),
    remove: (zone: string) => change(chosen.filter((other) => other !== zone)),
  };
}

function read(): readonly string[] {
  try {
    const value: unknown = JSON.parse(kept(KEY) ?? "[]");
    return Array.isArray(value) ? value.filter((zone) => typeof zone === "string" && isZone(zone)) : [];
  } catch {
    return [];
  }
}

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
