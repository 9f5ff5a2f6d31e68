import assert from "node:assert/strict";

/** What has the focus, as it is called. */
export const focused = (page) =>
  page.evaluate(() => {
    const node = document.activeElement;
    return node?.getAttribute("aria-label") ?? node?.labels?.[0]?.textContent ?? node?.textContent ?? "";
  });

/** Goes on with Tab until something of that name has the focus, as somebody without a mouse must. */
export async function tabTo(page, name, { back = false } = {}) {
  const fits = (found) => (name instanceof RegExp ? name.test(found) : found === name);
  const seen = [];
  for (let steps = 0; steps < 60; steps++) {
    await page.keyboard.press(back ? "Shift+Tab" : "Tab");
    const found = await focused(page);
    if (fits(found)) return;
    seen.push(found);
  }
  assert.fail(`Tab does not lead to ${name}, but to: ${seen.join(" | ")}`);
}
