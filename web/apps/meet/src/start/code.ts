/** As the server makes them; longer ones are nobody's. */
const CODE = /^[A-Za-z0-9_-]{3,64}$/;

/** The code in what a person typed or pasted: the code itself, a path, or a whole link. */
export function codeOf(typed: string): string | null {
  const words = typed.trim();
  const inLink = /\/j\/([^/?#\s]+)/.exec(words)?.[1];
  const code = inLink ?? words.replace(/[\s]/g, "");
  return CODE.test(code) ? code : null;
}
