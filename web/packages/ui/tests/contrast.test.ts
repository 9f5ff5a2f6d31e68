import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { accentTokens } from "../src/theme/brand.ts";
import { contrast } from "../src/theme/color.ts";

const css = readFileSync(join(import.meta.dirname, "../src/tokens/tokens.css"), "utf8");

/** The colours of one theme as tokens.css writes them. */
function colorsOf(theme: "light" | "dark"): (token: string) => string {
  const block = css.split(`[data-theme="${theme}"] {`)[1]?.split("\n}")[0] ?? "";
  const colors = new Map([...block.matchAll(/(--[\w-]+): (#[0-9a-f]{6});/g)].map(([, name = "", value = ""]) => [name, value]));
  return (token) => {
    const color = colors.get(token);
    assert.ok(color, `${theme} has no ${token}`);
    return color;
  };
}

const GROUNDS = ["--bg", "--surface", "--raised", "--sunken"];
const TEXTS: [text: string, grounds: string[]][] = [
  ["--text", [...GROUNDS, "--hover"]],
  ["--muted", [...GROUNDS, "--hover"]],
  ["--faint", GROUNDS],
  ["--accent-text", [...GROUNDS, "--accent-soft"]],
  ["--danger-text", [...GROUNDS, "--danger-soft"]],
  ["--warning-text", ["--surface", "--warning-soft"]],
  ["--success-text", ["--surface", "--success-soft"]],
  ["--info-text", ["--surface", "--info-soft"]],
  ["--on-accent", ["--accent", "--accent-hover"]],
  ["--on-solid", ["--danger", "--danger-hover", "--success"]],
];

for (const theme of ["light", "dark"] as const) {
  test(`text can be read on its ground in the ${theme} theme (WCAG 2.2, 1.4.3)`, () => {
    const color = colorsOf(theme);
    for (const [text, grounds] of TEXTS) {
      for (const ground of grounds) {
        const ratio = contrast(color(text), color(ground));
        assert.ok(ratio >= 4.5, `${text} on ${ground}: ${ratio.toFixed(2)}`);
      }
    }
  });

  test(`the border of a control can be seen in the ${theme} theme (WCAG 2.2, 1.4.11)`, () => {
    const color = colorsOf(theme);
    for (const ground of GROUNDS) {
      const ratio = contrast(color("--line-strong"), color(ground));
      assert.ok(ratio >= 3, `--line-strong on ${ground}: ${ratio.toFixed(2)}`);
    }
  });

  test(`whatever colour a tenant chooses, its accent can be read in the ${theme} theme`, () => {
    for (const brand of everyColor()) {
      const tokens = accentTokens(brand, theme) ?? assert.fail(brand);
      const pairs: [string, string][] = [
        ["--on-accent", "--accent"],
        ["--accent-text", "--accent-soft"],
      ];
      for (const [text, ground] of pairs) {
        const ratio = contrast(tokens[text] ?? "", tokens[ground] ?? "");
        assert.ok(ratio >= 4.5, `${brand}: ${text} on ${ground}: ${ratio.toFixed(2)}`);
      }
      const onPage = contrast(tokens["--accent-text"] ?? "", colorsOf(theme)("--raised"));
      assert.ok(onPage >= 4.5, `${brand}: --accent-text on --raised: ${onPage.toFixed(2)}`);
    }
  });
}

test("what is no colour leaves the default", () => {
  for (const text of ["", "blue", "#12", "#12345g", "url(x)"]) assert.equal(accentTokens(text, "light"), null, text);
});

/** A grid through the whole cube, with its corners. */
function* everyColor(): Generator<string> {
  const steps = [0, 51, 102, 153, 204, 255].map((value) => value.toString(16).padStart(2, "0"));
  for (const r of steps) for (const g of steps) for (const b of steps) yield `#${r}${g}${b}`;
}
