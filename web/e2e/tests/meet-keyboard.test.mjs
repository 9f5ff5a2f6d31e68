import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { eventually } from "../lib/browser.mjs";
import { focused, tabTo } from "../lib/keyboard.mjs";
import { gathering } from "../lib/meet.mjs";

const place = gathering();
afterEach(place.leave);

test("everything once by keyboard alone: join, speak, show, chat, raise a hand, draw, leave", async () => {
  const room = await place.host.meeting();
  const host = await place.enterAsHost(room);
  const { page, ...ana } = await place.arrive(room);
  const { keyboard } = page;
  await page.getByLabel("Your name").waitFor();
  await tabTo(page, "Your name");
  await keyboard.type("Ana");
  // Whoever goes in before the microphone has answered goes in without it.
  await page.locator(".room-verdict[data-grade]").waitFor();
  await keyboard.press("Enter");
  const controls = page.getByRole("navigation", { name: "Meeting controls" });
  await controls.waitFor();
  await host.tile("Ana").waitFor();

  // Switches by shortcut and by button.
  await page.getByRole("button", { name: "Mute microphone", exact: true }).waitFor();
  await keyboard.press("Alt+a");
  await page.getByRole("button", { name: "Unmute microphone", exact: true }).waitFor();
  await tabTo(page, "Unmute microphone");
  await keyboard.press("Enter");
  await page.getByRole("button", { name: "Mute microphone", exact: true }).waitFor();

  // On a machine that is busy the join page advised against the camera.
  await tabTo(page, /^(Start|Stop) camera$/);
  const [before, after] = (await focused(page)) === "Stop camera" ? ["Stop", "Start"] : ["Start", "Stop"];
  await keyboard.press("Enter");
  await page.getByRole("button", { name: `${after} camera` }).waitFor();
  await keyboard.press("Alt+v");
  await page.getByRole("button", { name: `${before} camera` }).waitFor();

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

  // A question of one's own, and a vote for it.
  await tabTo(page, "Q&A");
  await keyboard.press("Enter");
  await tabTo(page, "Your question");
  await keyboard.type("May I?");
  await keyboard.press("Enter");
  await page.getByRole("listitem").getByText("May I?").waitFor();
  await tabTo(page, "0 votes. Vote for: May I?", { back: true });
  await keyboard.press("Space");
  await page.getByRole("button", { name: "1 vote. Vote for: May I?", pressed: true }).waitFor();
  await keyboard.press("Escape");
  await page.getByRole("complementary", { name: "Q&A" }).waitFor({ state: "detached" });
  assert.equal(await focused(page), "Q&A");

  for (const panel of ["Files", "Agenda"]) {
    await tabTo(page, panel);
    await keyboard.press("Enter");
    await page.getByRole("heading", { name: panel, level: 2 }).waitFor();
    await keyboard.press("Escape");
    await page.getByRole("complementary", { name: panel }).waitFor({ state: "detached" });
  }

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
  // A level line has no height, which counts as invisible.
  await host.tile("Demo Host (you)").locator(".room-drawings path").waitFor({ state: "attached" });
  await keyboard.press("Escape");
  await page.getByRole("toolbar", { name: "Drawing tools" }).waitFor({ state: "detached" });

  // A person's menu, the layout, the list of shortcuts.
  await keyboard.press("Alt+p");
  await tabTo(page, "Options for Demo Host");
  await keyboard.press("Enter");
  await page.getByRole("menuitem", { name: "Send a message" }).waitFor();
  await keyboard.press("Escape");
  await page.getByRole("menu").waitFor({ state: "detached" });
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
