import { piecesOf } from "./links.ts";

/** What somebody wrote; its links lead out of the page and give nothing away. */
export function Linked({ words }: { words: string }) {
  return piecesOf(words).map((piece, at) =>
    piece.kind === "text" ? (
      piece.text
    ) : (
      <a key={at} href={piece.url} target="_blank" rel="noopener noreferrer nofollow ugc">
        {piece.text}
      </a>
    ),
  );
}
