import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** WCAG 2.2 A and AA, and what axe counts as good practice. */
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const GRAVE = new Set(["serious", "critical"]);
/** Experimental in axe, yet what speech control needs (WCAG 2.5.3): the name holds what is seen. */
const ASKED_TOO = { "label-content-name-mismatch": { enabled: true } };

/** Fails with what axe finds grave on somebody's page as it stands, each with its place. */
export async function accessible({ page }, what) {
  assert.deepEqual(await graveFindings(page), [], what);
}

/** What comes or goes has arrived or gone: half-way, every colour is too pale. */
const settled = (page) =>
  page.evaluate(() => {
    const passing = document.getAnimations().filter((one) => Number.isFinite(one.effect?.getComputedTiming().endTime));
    return Promise.allSettled(passing.map((one) => one.finished)).then(() => undefined);
  });

async function graveFindings(page) {
  await settled(page);
  // By the debugger's door: the page's policy lets no foreign script in, and shall not.
  await page.evaluate(source);
  const { violations } = await page.evaluate(
    ([values, rules]) => window.axe.run(document, { runOnly: { type: "tag", values }, rules, resultTypes: ["violations"] }),
    [RULES, ASKED_TOO],
  );
  return violations
    .filter(({ impact }) => GRAVE.has(impact))
    .flatMap(({ id, help, nodes }) => nodes.map(({ target, failureSummary }) => `${id} (${help}) at ${target.join(" ")}: ${failureSummary}`));
}
