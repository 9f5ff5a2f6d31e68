import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { afterEach, test } from "node:test";
import { accessible } from "../lib/axe.mjs";
import { eventually } from "../lib/browser.mjs";
import { office } from "../lib/office.mjs";

const place = office();
afterEach(place.leave);

test("a host reads who was there, how often and how long, and what was written, and takes both away", async () => {
  const room = await place.owner.meeting({ title: "Demo samples: first look" });
  const guest = await place.browser.newContext({ locale: "en", permissions: ["camera", "microphone"] });
  guest.setDefaultTimeout(60_000);
  const first = await visit(guest, room);
  await first.getByRole("button", { name: /^Chat/ }).click();
  await first.getByRole("textbox", { name: "Message" }).fill("Prices: https://shop.example.com/prices");
  await first.keyboard.press("Enter");
  await first.getByRole("complementary", { name: "Chat" }).getByText("Prices:").waitFor();
  await first.close();
  await gone(room);
  await (await visit(guest, room)).close();
  await gone(room);
  await guest.close();
  await place.owner.ask("PATCH", `/v1/rooms/${room.id}`, { state: "ended" });

  await written(room);
  const page = await place.open("/console/history", { as: place.owner });
  const held = page.getByRole("listitem").filter({ hasText: "Demo samples: first look" });
  await held.getByText(/^Meeting · \d+ min · 1 person$/).waitFor();
  await accessible({ page }, "the meetings held");
  await held.getByRole("link").click();
  await page.getByText("· 1 person").waitFor();
  const row = page.getByRole("row").filter({ hasText: "Demo Visitor" });
  assert.equal(await row.count(), 1);
  await row.getByText("came 2 times").waitFor();
  await page.getByRole("link", { name: "https://shop.example.com/prices" }).waitFor();
  await accessible({ page }, "the history of a session");

  const attendance = await saved(page, "Export CSV: Attendance");
  // The colon of the title is nothing for a file's name.
  assert.match(attendance.name, /^Demo samples first look \d{4}-\d\d-\d\d Attendance\.csv$/);
  const [header, line, rest] = attendance.text.split("\r\n");
  assert.equal(header, "\uFEFFName,Role,Came (Asia/Shanghai),Left (Asia/Shanghai),Minutes,Visits");
  assert.match(line, /^Demo Visitor,Participant,\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d+,2$/);
  assert.equal(rest, "");
  const chat = await saved(page, "Export CSV: Chat");
  assert.match(chat.text, /,Demo Visitor,Participant,Prices: https:\/\/shop\.example\.com\/prices,\r\n$/);
});

test("a host reads afterwards what was asked, by whom, how much it was wanted and what was answered, and takes it away", async () => {
  const room = await place.owner.meeting({ title: "Demo samples: questions" });
  const command = (method, params) => place.owner.ask("POST", `/v1/rooms/${room.id}/commands/questions.${method}`, params);
  const guest = await place.browser.newContext({ locale: "en", permissions: ["camera", "microphone"] });
  guest.setDefaultTimeout(60_000);
  const visitor = await visit(guest, room);
  await visitor.getByRole("button", { name: /^Q&A/ }).click();
  const panel = visitor.getByRole("complementary", { name: "Q&A" });
  await panel.getByRole("textbox", { name: "Your question" }).fill("Which fabric is it?");
  await panel.getByRole("button", { name: "Ask", exact: true }).click();
  await panel.getByText("Which fabric is it?").waitFor();
  await command("set", { anonymous: true });
  await command("ask", { id: "price", text: "What is the price of ten?", anonymous: true });
  await command("vote", { question: "price", voted: true });
  await command("answer", { question: "price", text: "See https://shop.example.com/prices" });
  await command("ask", { id: "wrong", text: "Is this the other meeting?" });
  await command("dismiss", { question: "wrong" });
  await guest.close();
  await place.owner.ask("PATCH", `/v1/rooms/${room.id}`, { state: "ended" });

  const [session] = (await written(room)).items;
  const page = await place.open(`/console/history/${session.id}`, { as: place.owner });
  const section = page.locator("section").filter({ has: page.getByRole("heading", { name: "Questions" }) });
  await section.getByText("Which fabric is it?").waitFor();
  const [price, ...others] = await section.getByRole("listitem").allInnerTexts();
  assert.match(price, /^Asked without a name[^]*Answered[^]*What is the price of ten\?[^]*1 vote\n[^]*See https:/, "what has a vote stands first");
  assert.match(others[0], /^DV?[^]*Demo Visitor[^]*Open[^]*Which fabric is it\?[^]*0 votes$/);
  assert.match(others[1], /Dismissed[^]*Is this the other meeting\?/);
  await section.getByRole("link", { name: "https://shop.example.com/prices" }).waitFor();
  await accessible({ page }, "the questions of a session");

  const { name, text } = await saved(page, "Export CSV: Questions");
  assert.match(name, / Questions\.csv$/);
  const [header, ...lines] = text.split("\r\n");
  assert.equal(header, "\uFEFFTime (Asia/Shanghai),Name,Question,Votes,State,Answer,Answered by");
  assert.match(lines[0], /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,Asked without a name,What is the price of ten\?,1,Answered,See https:\/\/shop\.example\.com\/prices,/);
  assert.match(lines[1], /,Demo Visitor,Which fabric is it\?,0,Open,,$/);
});

/** Straight from the server: with `CONSOLE_DIST` the pages of `open` cannot speak to rooms. */
async function visit(context, room) {
  const page = await context.newPage();
  await page.goto(room.link.url);
  await page.getByLabel("Your name").fill("Demo Visitor");
  await page.getByRole("button", { name: "Join now" }).click();
  await page.getByRole("navigation", { name: "Meeting controls" }).waitFor();
  return page;
}

const gone = (room) =>
  eventually(() => place.owner.ask("GET", `/v1/rooms/${room.id}/live`), ({ people }) => people.length === 0, { what: "nobody is there", within: 60_000 });

function written(room) {
  const ask = () => place.owner.ask("GET", `/v1/rooms/${room.id}/sessions`);
  return eventually(ask, ({ items }) => items.length > 0, { what: "the history has it" });
}

async function saved(page, button) {
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: button }).click()]);
  return { name: download.suggestedFilename(), text: await readFile(await download.path(), "utf8") };
}
