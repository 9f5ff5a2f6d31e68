import { initialsOf } from "./initials.ts";
import "./Avatar.css";

const TINTS = 6;

/** Initials on a tint that stays with the person. Decorative: the name stands beside it. */
export function Avatar({ name, seed = name, size = 32 }: { name: string; seed?: string; size?: number }) {
  return (
    <span aria-hidden className={`ui-avatar ui-avatar-${tintOf(seed)}`} style={{ width: size, height: size, fontSize: size * 0.38 }}>
      {initialsOf(name)}
    </span>
  );
}

function tintOf(seed: string): number {
  let hash = 0;
  for (const character of seed) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) >>> 0;
  return hash % TINTS;
}
