/** Chinese names go by their last characters, others by the first letters of first and last word. */
export function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const only = words[0] ?? "";
  if (/\p{Script=Han}/u.test(name)) return [...words.join("")].slice(-2).join("");
  const last = words.length > 1 ? (words[words.length - 1] ?? "") : "";
  return ([...only][0] ?? "?").toUpperCase() + ([...last][0] ?? "").toUpperCase();
}
