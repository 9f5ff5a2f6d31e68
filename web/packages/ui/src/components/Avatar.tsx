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

/** Chinese names go by their last characters, others by the first letters of first and last word. */
export function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const only = words[0] ?? "";
  if (/\p{Script=Han}/u.test(name)) return [...words.join("")].slice(-2).join("");
  const last = words.length > 1 ? (words[words.length - 1] ?? "") : "";
  return ([...only][0] ?? "?").toUpperCase() + ([...last][0] ?? "").toUpperCase();
}

function tintOf(seed: string): number {
  let hash = 0;
  for (const character of seed) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) >>> 0;
  return hash % TINTS;
}
