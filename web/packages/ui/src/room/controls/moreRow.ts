import type { LucideIcon } from "lucide-react";

export interface MoreRow {
  /** A tool's code, where templates know it as one. */
  readonly key: string;
  readonly icon: LucideIcon;
  readonly label: string;
  readonly keys?: string;
  readonly active?: boolean;
  /** It opens a dialog. */
  readonly opens?: boolean;
  readonly run: () => unknown;
}

/** Those that the tools name come first, in the tools' order; the others stay as they were. */
export function usedFirst(rows: readonly MoreRow[], tools: readonly string[]): MoreRow[] {
  const place = ({ key }: MoreRow) => (tools.includes(key) ? tools.indexOf(key) : tools.length);
  return [...rows].sort((a, b) => place(a) - place(b));
}

/** The rows that there are. */
export const present = (rows: readonly (MoreRow | false | null | undefined | "")[]): MoreRow[] =>
  rows.filter((row): row is MoreRow => Boolean(row));
