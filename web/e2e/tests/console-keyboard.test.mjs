import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { eventually } from "../lib/browser.mjs";
import { focused, tabTo } from "../lib/keyboard.mjs";
import { office, PASSWORD } from "../lib/office.mjs";

const place = office();
afterEach(place.leave);

test("a merchant signs in, makes a room, adds a colleague and signs out by keyboard alone", async () => {
  const page = await place.open("/console/");
  const { keyboard } = page;
  await page.getByLabel("E-mail").waitFor();
  await tabTo(page, "E-mail");
  await keyboard.type(place.owner.email);
  await tabTo(page, "Password");
  await keyboard.type(PASSWORD);
  await keyboard.press("Enter");
  await page.getByRole("heading", { name: /Demo Owner/ }).waitFor();

  // Past the navigation in one step.
  await tabTo(page, /^Skip to/);
  await keyboard.press("Enter");
  await eventually(() => page.evaluate(() => document.activeElement.id), (id) => id === "main", { what: "the focus is in the page" });

  await tabTo(page, "New room");
  await keyboard.press("Enter");
  await page.getByRole("dialog").first().waitFor();
  await tabTo(page, /^New products/);
  await keyboard.press("Enter");
  const ready = page.getByRole("heading", { name: "Your room is ready" });
  await ready.waitFor();
  await keyboard.press("Escape");
  await ready.waitFor({ state: "detached" });

  await tabTo(page, "People");
  await keyboard.press("Enter");
  await page.getByRole("heading", { name: "People", level: 1 }).waitFor();
  await tabTo(page, "Add colleague");
  await keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Add colleague" });
  await dialog.waitFor();
  await tabTo(page, "Name");
  await keyboard.type("Mei Chen");
  await tabTo(page, "E-mail");
  await keyboard.type("mei.chen@example.com");
  await tabTo(page, /^Password/);
  await keyboard.type(PASSWORD);
  await keyboard.press("Enter");
  await page.getByRole("listitem").filter({ hasText: "mei.chen@example.com" }).waitFor();
  await dialog.waitFor({ state: "detached" });
  await eventually(() => focused(page), (name) => name === "Add colleague", { what: "the focus is back where it was" });

  // A question from her menu, which Escape answers with no.
  await tabTo(page, "More about Mei Chen");
  await keyboard.press("Enter");
  await page.getByRole("menu").waitFor();
  await keyboard.press("End");
  await eventually(() => focused(page), (name) => name.startsWith("Remove"), { what: "the last choice has the focus" });
  await keyboard.press("Enter");
  const question = page.getByRole("dialog", { name: "Remove Mei Chen?" });
  await question.waitFor();
  await keyboard.press("Escape");
  await question.waitFor({ state: "detached" });
  await page.getByRole("listitem").filter({ hasText: "mei.chen@example.com" }).waitFor();

  await tabTo(page, /Account of Demo Owner/, { back: true });
  await keyboard.press("Enter");
  await page.getByRole("menu").waitFor();
  await keyboard.press("End");
  await eventually(() => focused(page), (name) => name === "Sign out", { what: "the last choice has the focus" });
  await keyboard.press("Enter");
  await page.getByRole("heading", { name: "Sign in to Stoa" }).waitFor();
  assert.deepEqual(page.errors, []);
});
