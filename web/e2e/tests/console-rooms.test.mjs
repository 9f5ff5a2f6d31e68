import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { eventually } from "../lib/browser.mjs";
import { PHONE } from "../lib/meet.mjs";
import { office, signIn } from "../lib/office.mjs";

const place = office();
afterEach(place.leave);

const clipboard = (page) => page.evaluate(() => navigator.clipboard.readText());

test("a merchant signs in, makes a meeting in two clicks, and its link leads to its door", async () => {
  const page = await place.open("/console/");
  await signIn(page, place.owner.email);
  await page.getByRole("button", { name: "New room" }).first().click();
  await page.getByRole("button", { name: "New products" }).click();
  await page.getByRole("heading", { name: "Your room is ready" }).waitFor();

  const link = await eventually(() => clipboard(page), (text) => text.includes("/j/"), { what: "the link is copied" });
  assert.equal(await page.getByRole("dialog").locator("code").innerText(), link);
  const guest = await place.open(new URL(link).pathname);
  await guest.getByRole("heading", { name: "New products" }).waitFor();
  await page.getByRole("link", { name: "Enter now" }).click();
  await page.getByRole("heading", { name: "New products" }).waitFor();
  assert.deepEqual([...page.errors, ...guest.errors], []);
});

test("a wrong password is refused in a sentence", async () => {
  const page = await place.open("/console/");
  await signIn(page, place.owner.email, "not the password");
  await page.getByText("The e-mail address or the password is wrong.").waitFor();
  assert.match(page.url(), /\/console\/sign-in/);
});

test("a weekly meeting stands in the schedule, with its calendar file", async () => {
  const page = await place.open("/console/schedule", { as: place.owner });
  await page.locator(".page-actions").getByRole("link", { name: "Schedule" }).click();
  await page.getByRole("heading", { name: "Schedule a room" }).waitFor();
  await page.getByLabel("Title").fill("Weekly quality review");
  await page.getByLabel("Date").fill(dayFromNow(2));
  await page.getByLabel("Begins at").fill("15:30");
  await page.getByLabel("Repeats").selectOption("Every week");
  await page.getByRole("button", { name: "Schedule", exact: true }).click();
  await page.getByRole("heading", { name: "Weekly quality review" }).waitFor();
  await page.getByText("Every week").waitFor();

  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "Calendar file" }).click()]);
  const calendar = await textOf(download);
  assert.match(calendar, /RRULE:FREQ=WEEKLY/);
  assert.match(calendar, /T153000/);

  await page.goto(`${place.server.http}/console/schedule`);
  const entries = page.getByRole("link", { name: "Weekly quality review" });
  await eventually(() => entries.count(), (count) => count >= 5, { what: "it stands in each of the coming weeks" });
});

test("what a room is about, and what it allows, is changed on its page", async () => {
  const room = await place.owner.meeting({ title: "Samples" });
  const page = await place.open(`/console/rooms/${room.id}`, { as: place.owner });
  await page.getByRole("button", { name: "Rename" }).click();
  await page.getByLabel("Title").fill("Autumn samples");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("heading", { name: "Autumn samples" }).waitFor();

  await page.getByRole("button", { name: "Add item" }).click();
  await page.getByLabel("Item 1", { exact: true }).fill("Price of the jacket");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("listitem").filter({ hasText: "Price of the jacket" }).waitFor();

  const lobby = page.getByRole("switch", { name: "Lobby" });
  await lobby.click();
  await eventually(() => lobby.isChecked());
  const ask = () => place.owner.ask("GET", `/v1/rooms/${room.id}`);
  const kept = await eventually(ask, ({ settings }) => settings.lobby, { what: "the lobby is kept" });
  assert.deepEqual(kept.agenda.map(({ text }) => text), ["Price of the jacket"]);
});

test("a file is uploaded, and taken away again", async () => {
  const room = await place.owner.meeting({ title: "Price list" });
  const page = await place.open(`/console/rooms/${room.id}`, { as: place.owner });
  await page.locator("input[type=file]").setInputFiles({
    name: "prices.csv",
    mimeType: "text/csv",
    buffer: Buffer.from("article,price\njacket,129\n"),
  });
  const row = page.getByRole("listitem").filter({ hasText: "prices.csv" });
  await row.waitFor();
  const href = await row.getByRole("link").getAttribute("href");
  const body = await page.evaluate(async (url) => (await fetch(url)).text(), href);
  assert.match(body, /jacket,129/);
  await row.getByRole("button", { name: "Delete prices.csv" }).click();
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await row.waitFor({ state: "detached" });
});

test("a personal link with a passcode is made, and shuts when it is revoked", async () => {
  const room = await place.owner.meeting({ title: "Terms" });
  const page = await place.open(`/console/rooms/${room.id}`, { as: place.owner });
  await page.getByRole("button", { name: "Invite" }).click();
  await page.getByLabel("Name of the guest").fill("Li Wei");
  await page.getByLabel("Passcode").fill("4711");
  await page.getByRole("button", { name: "Create link" }).click();
  const link = await page.getByRole("dialog").locator("code").innerText();
  await page.getByRole("button", { name: "Done" }).click();
  await page.getByRole("listitem").filter({ hasText: "Li Wei" }).getByText("Passcode").waitFor();

  const guest = await place.open(new URL(link).pathname);
  assert.equal(await guest.getByLabel("Your name").inputValue(), "Li Wei");
  await guest.getByLabel("Passcode").waitFor();
  await page.getByRole("button", { name: "More about the link “Li Wei”" }).click();
  await page.getByRole("menuitem", { name: "Revoke" }).click();
  await page.getByRole("button", { name: "Revoke", exact: true }).click();
  await page.getByText("The link no longer works").waitFor();
  await guest.reload();
  await guest.getByRole("heading", { name: "This link has been withdrawn" }).waitFor();
});

test("a room that is called off tells guests so, and stays in the history", async () => {
  const room = await place.owner.meeting({ title: "Called off" });
  const page = await place.open(`/console/rooms/${room.id}`, { as: place.owner });
  await page.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name: "Call off" }).click();
  await page.getByRole("button", { name: "Call off", exact: true }).click();
  await page.getByText("The room was called off").waitFor();
  const guest = await place.open(`/j/${room.link.code}`);
  await guest.getByRole("heading", { name: "This meeting has ended" }).waitFor();
  await page.goto(`${place.server.http}/console/history`);
  await page.getByText("All rooms", { exact: true }).click();
  await page.getByRole("listitem").filter({ hasText: "Called off" }).first().waitFor();
});

test("everything of the day is within a thumb's reach on a phone, in Chinese", async () => {
  const page = await place.open("/console/", { as: place.owner, screen: PHONE, locale: "zh-CN" });
  await page.getByRole("button", { name: "新建房间" }).first().click();
  await page.getByRole("button", { name: "产品上新" }).click();
  await page.getByRole("heading", { name: "房间已就绪" }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  for (const name of ["日程", "模板"]) await page.getByRole("navigation").getByRole("link", { name, exact: true }).last().tap();
  await page.getByRole("heading", { name: "模板", level: 1 }).waitFor();
  await page.getByRole("button", { name: "更多" }).tap();
  await page.getByRole("link", { name: "审计日志" }).tap();
  await page.getByRole("heading", { name: "审计日志" }).waitFor();
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.equal(overflow, 0, "nothing sticks out sideways");
});

const dayFromNow = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

async function textOf(download) {
  const chunks = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
