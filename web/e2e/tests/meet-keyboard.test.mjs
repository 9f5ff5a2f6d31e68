import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { eventually } from "../lib/browser.mjs";
import { gathering } from "../lib/meet.mjs";

const place = gathering();
afterEach(place.leave);

/** What has the focus, as it is called. */
const focused = (page) =>
  page.evaluate(() => {
    const node = document.activeElement;
    return node?.getAttribute("aria-label") ?? node?.labels?.[0]?.textContent ?? node?.textContent ?? "";
  });

/** Goes on with Tab until something of that name has the focus, as somebody without a mouse must. */
async function tabTo(page, name, { back = false } = {}) {
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

test("everything once by keyboard alone: join, speak, chat, raise a hand, draw, leave", async () => {
  const room = await place.host.meeting();
  const host = await place.enterAsHost(room);
  const { page, ...ana } = await place.arrive(room);
  const { keyboard } = page;
  await page.getByLabel("Your name").waitFor();
  await tabTo(page, "Your name");
  await keyboard.type("Ana");
  await keyboard.press("Enter");
  const controls = page.getByRole("navigation", { name: "Meeting controls" });
  await controls.waitFor();
  await host.tile("Ana").waitFor();

  // Switches by shortcut and by button.
  await keyboard.press("Alt+a");
  await page.getByRole("button", { name: "Unmute" }).waitFor();
  await tabTo(page, "Unmute");
  await keyboard.press("Enter");
  await page.getByRole("button", { name: "Mute", exact: true }).waitFor();

  // Chat: the focus goes in, Escape leads out and back.
  await tabTo(page, /^Chat/);
  await keyboard.press("Enter");
  await tabTo(page, "Message");
  await keyboard.type("by keyboard");
  await keyboard.press("Enter");
  await page.getByRole("log").getByText("by keyboard").waitFor();
  await keyboard.press("Escape");
  await page.getByRole("complementary", { name: "Chat" }).waitFor({ state: "detached" });
  assert.match(await focused(page), /^Chat/);

  // A hand by the menu, down by the shortcut.
  await tabTo(page, "More options", { back: true });
  await keyboard.press("Enter");
  await tabTo(page, /^Raise hand/);
  await keyboard.press("Enter");
  await host.tile("Ana").getByRole("img", { name: "Hand raised" }).waitFor();
  await keyboard.press("Alt+y");
  await host.tile("Ana").getByRole("img", { name: "Hand raised" }).waitFor({ state: "detached" });

  // A drawing with arrow keys and Space.
  await keyboard.press("Alt+n");
  await tabTo(page, /^Drawing on Demo Host\./);
  await keyboard.press("Space");
  for (let step = 0; step < 8; step++) await keyboard.press("Shift+ArrowRight");
  await keyboard.press("Space");
  await host.tile("Demo Host (you)").locator(".room-drawings path").waitFor();
  await keyboard.press("Escape");
  await page.getByRole("toolbar", { name: "Drawing tools" }).waitFor({ state: "detached" });

  // A person's menu, the layout, the list of shortcuts.
  await keyboard.press("Alt+p");
  await tabTo(page, "Options for Demo Host");
  await keyboard.press("Enter");
  await page.getByRole("menuitem", { name: "Send a message" }).waitFor();
  await keyboard.press("Escape");
  await keyboard.press("Alt+g");
  await page.locator("[data-main]").waitFor();
  await keyboard.press("Alt+k");
  await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
  await keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });

  await keyboard.press("Alt+q");
  await page.getByRole("heading", { name: "You have left the meeting" }).waitFor();
  assert.deepEqual(ana.errors, []);
  await eventually(() => host.tile("Ana").count(), (count) => count === 0, { what: "the host sees her gone" });
});
