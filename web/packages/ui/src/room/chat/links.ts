export type Piece = { kind: "text"; text: string } | { kind: "link"; text: string; url: string };

/** http and https only; what ends a sentence does not belong to the address. */
const ADDRESS = /\bhttps?:\/\/[^\s<>"'“”‘’（）《》、，。；！？]+/gi;
const ENDS_SENTENCE = /[.,;:!?)\]}]+$/;

/** Cuts a text into plain pieces and links. Nothing in it is ever read as HTML. */
export function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const shown = match[0].replace(ENDS_SENTENCE, "");
    const url = parsed(shown);
    if (!url) continue;
    if (match.index > from) pieces.push({ kind: "text", text: text.slice(from, match.index) });
    pieces.push({ kind: "link", text: shown, url });
    from = match.index + shown.length;
  }
  if (from < text.length) pieces.push({ kind: "text", text: text.slice(from) });
  return pieces;
}

/** Absent for addresses with a user name in them: those are made to look like another host. */
function parsed(address: string): string | null {
  try {
    const url = new URL(address);
    return url.username === "" && url.password === "" ? url.href : null;
  } catch {
    return null;
  }
}
