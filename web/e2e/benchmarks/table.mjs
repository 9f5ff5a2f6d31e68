/** What the benchmarks print: rows of a table in Markdown, with medians and tails. */

export const row = (cells) => console.log(`| ${cells.join(" | ")} |`);

export const sorted = (numbers) => [...numbers].sort((a, b) => a - b);

/** Of numbers in order. */
export const quantile = (sorted, q) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];

export const milliseconds = (number) => `${Math.round(number)} ms`;

/** p50 and p95 of numbers in order, as two cells. */
export const medianAndTail = (sorted) => [0.5, 0.95].map((q) => milliseconds(quantile(sorted, q)));
