import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { eventually } from "../lib/browser.mjs";
import { tabTo } from "../lib/keyboard.mjs";
import { gathering, PHONE } from "../lib/meet.mjs";

const place = gathering();
afterEach(place.leave);

const IN_STOCK = "When is the red one in stock?";
const FOLLOWERS = "Who wants cheap followers?";
const BLUE = "Will there be a blue one?";

/** The panel, opened if it is not. */
async function questions(person) {
  await person.open(/^Q&A/);
  return person.panel("Q&A");
}

async function ask(panel, words) {
  await panel.getByRole("textbox", { name: "Your question" }).fill(words);
  await panel.getByRole("button", { name: "Ask", exact: true }).click();
  await panel.getByText(words).waitFor();
}

const tab = (panel, name) => panel.getByRole("tab", { name }).click();

/** What is in a list, from above. */
const order = (panel) => panel.getByRole("tabpanel").locator("li .room-question-body > p").allInnerTexts();

const hasFocusInside = () => document.activeElement?.closest(".room-panel") != null;

test("a guest asks, others vote, the host answers; what is dismissed vanishes for guests", async () => {
  const room = await place.host.meeting();
  const host = await place.enterAsHost(room);
  const ana = await place.enter(room, "Ana");
  const ben = await place.enter(room, "Ben");

  const anas = await questions(ana);
  await ask(anas, IN_STOCK);
  await ask(anas, BLUE);
  await host.button("Q&A, 2 new questions").waitFor();
  const bens = await questions(ben);
  await ask(bens, FOLLOWERS);
  const hosts = await questions(host);
  await hosts.getByText(FOLLOWERS).waitFor();
  await host.button("Q&A").waitFor();
  assert.deepEqual(await order(hosts), [IN_STOCK, BLUE, FOLLOWERS], "of equal votes the oldest stands first");

  // One vote a person: a second press takes it back.
  await bens.getByRole("button", { name: `0 votes. Vote for: ${BLUE}` }).click();
  const voted = bens.getByRole("button", { name: `1 vote. Vote for: ${BLUE}`, pressed: true });
  await voted.waitFor();
  await anas.getByRole("button", { name: `1 vote. Vote for: ${BLUE}`, pressed: false }).waitFor();
  await eventually(() => order(hosts), ([first]) => first === BLUE, { what: "the one with a vote stands first" });
  await voted.click();
  await bens.getByRole("button", { name: `0 votes. Vote for: ${BLUE}`, pressed: false }).waitFor();
  await bens.getByRole("button", { name: `0 votes. Vote for: ${IN_STOCK}` }).click();
  await hosts.getByRole("button", { name: `1 vote. Vote for: ${IN_STOCK}`, pressed: false }).waitFor();

  // Guests answer nothing and dismiss nothing.
  assert.equal(await bens.getByRole("button", { name: /^Answer/ }).count(), 0);
  assert.equal(await bens.getByRole("button", { name: `Options for the question: ${BLUE}` }).count(), 0);
  assert.equal(await bens.getByRole("tab", { name: /^Dismissed/ }).count(), 0);

  // In writing, while the asker looks elsewhere; and aloud.
  await anas.getByRole("button", { name: "Close" }).click();
  await hosts.getByRole("button", { name: `Answer: ${IN_STOCK}` }).click();
  await hosts.getByRole("textbox", { name: "Your answer" }).fill("From March on.");
  await host.page.keyboard.press("Enter");
  const notices = ana.page.getByRole("region", { name: "Notices" });
  await notices.getByText("Your question was answered").waitFor();
  await notices.getByRole("button", { name: "Show" }).click();
  for (const panel of [anas, bens]) {
    await tab(panel, "Answered 1");
    await panel.getByText("Answer from Demo Host").waitFor();
    await panel.getByText("From March on.").waitFor();
  }
  await hosts.getByRole("button", { name: `Answer live: ${BLUE}` }).click();
  await tab(anas, "Answered 2");
  await anas.getByText("Answered live").waitFor();

  await tab(bens, "Open 1");
  await bens.getByText(FOLLOWERS).waitFor();
  await hosts.getByRole("button", { name: `Options for the question: ${FOLLOWERS}` }).click();
  await host.page.getByRole("menuitem", { name: "Dismiss" }).click();
  await bens.getByText("No open questions").waitFor();
  await tab(anas, "Open 0");
  for (const { page } of [ana, ben]) assert.equal(await page.getByText(FOLLOWERS).count(), 0);
  await tab(hosts, "Dismissed 1");
  await hosts.getByText(FOLLOWERS).waitFor();
  await hosts.getByRole("button", { name: `Restore: ${FOLLOWERS}` }).click();
  await bens.getByText(FOLLOWERS).waitFor();

  // Whoever asked takes it back; whoever comes late finds what was answered.
  await bens.getByRole("button", { name: `Options for the question: ${FOLLOWERS}` }).click();
  await ben.page.getByRole("menuitem", { name: "Withdraw" }).click();
  await hosts.getByRole("tab", { name: "Open 0" }).waitFor();
  // What had the focus is gone; Escape shall still close the panel it was in.
  for (const { page } of [host, ben]) await eventually(() => page.evaluate(hasFocusInside), Boolean, { what: "the focus stays inside" });
  await ben.context.close();
  const cleo = await place.enter(room, "Cleo");
  const cleos = await questions(cleo);
  await tab(cleos, "Answered 2");
  await cleos.getByText("From March on.").waitFor();
  for (const person of [host, ana, cleo]) assert.deepEqual(person.errors, []);
});

test("while somebody points at the list or goes through it by keyboard, votes are counted and nothing moves", async () => {
  const room = await place.host.meeting();
  const host = await place.enterAsHost(room);
  const ana = await place.enter(room, "Ana");
  const anas = await questions(ana);
  for (const words of [IN_STOCK, BLUE]) await ask(anas, words);
  const hosts = await questions(host);
  const votes = (count) => hosts.getByRole("button", { name: `${count} ${count === 1 ? "vote" : "votes"}. Vote for: ${BLUE}` });
  await votes(0).waitFor();
  const moved = hosts.getByRole("button", { name: "1 question has moved: sort now" });
  const elsewhere = () => host.page.mouse.move(5, 5);

  await hosts.getByText(IN_STOCK).hover();
  await anas.getByRole("button", { name: `0 votes. Vote for: ${BLUE}` }).click();
  await votes(1).waitFor();
  await moved.waitFor();
  assert.deepEqual(await order(hosts), [IN_STOCK, BLUE], "under the pointer it stays");
  await moved.click();
  await eventually(() => order(hosts), ([first]) => first === BLUE, { what: "it is sorted on demand" });

  await hosts.getByText(IN_STOCK).hover();
  await anas.getByRole("button", { name: `1 vote. Vote for: ${BLUE}` }).click();
  await votes(0).waitFor();
  await moved.waitFor();
  assert.deepEqual(await order(hosts), [BLUE, IN_STOCK]);
  await elsewhere();
  await eventually(() => order(hosts), ([first]) => first === IN_STOCK, { what: "it is sorted when the pointer has gone" });
  await moved.waitFor({ state: "detached" });

  await hosts.getByRole("tab", { name: "Open 2" }).focus();
  await tabTo(host.page, `0 votes. Vote for: ${IN_STOCK}`);
  await anas.getByRole("button", { name: `0 votes. Vote for: ${BLUE}` }).click();
  await votes(1).waitFor();
  await moved.waitFor();
  assert.deepEqual(await order(hosts), [IN_STOCK, BLUE], "under the focus it stays");
  await hosts.getByRole("textbox", { name: "Your question" }).focus();
  await eventually(() => order(hosts), ([first]) => first === BLUE, { what: "it is sorted when the focus has gone" });
});

test("on phones a question is asked without a name, and the host stops taking them", async () => {
  const room = await place.host.meeting();
  const host = await place.enterAsHost(room, { screen: PHONE });
  const ana = await place.enter(room, "Ana", { screen: PHONE });
  const sheet = ({ page }) => page.getByRole("dialog", { name: "Q&A" });
  await host.more("Q&A");
  await sheet(host).getByRole("button", { name: "Q&A settings" }).tap();
  await host.page.getByRole("menuitemcheckbox", { name: "Allow anonymous questions" }).tap();
  await host.page.keyboard.press("Escape");
  await host.page.getByRole("menu").waitFor({ state: "detached" });
  await sheet(host).getByRole("button", { name: "Close" }).tap();
  await sheet(host).waitFor({ state: "detached" });

  await ana.more("Q&A");
  await sheet(ana).getByRole("checkbox", { name: "Ask anonymously" }).check();
  await ask(sheet(ana), IN_STOCK);
  await sheet(ana).getByText("You, anonymously").waitFor();
  const width = await ana.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.equal(width, 0, "nothing scrolls sideways");

  await host.button("More options, 1 new question").tap();
  await host.page.getByRole("button", { name: "Q&A" }).tap();
  await sheet(host).getByText("Anonymous", { exact: true }).waitFor();
  assert.equal(await sheet(host).getByText("Ana").count(), 0);
  await sheet(host).getByRole("button", { name: "Q&A settings" }).tap();
  await host.page.getByRole("menuitemcheckbox", { name: "Take questions" }).tap();
  await sheet(ana).getByText("No more questions are taken.").waitFor();
  await sheet(ana).getByRole("textbox", { name: "Your question" }).waitFor({ state: "detached" });
});

/** Comes in without media, asks, and writes down on the page all that the room tells. */
async function askBySocket({ code, question }) {
  const knocked = await fetch(`/v1/join/${code}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ name: "Ana", device_id: crypto.randomUUID() }),
  });
  const { token } = await knocked.json();
  const socket = new WebSocket(`${location.origin.replace("http", "ws")}/room/ws?access_token=${token}`);
  window.told = [];
  socket.onmessage = ({ data }) => window.told.push(JSON.parse(data));
  socket.onopen = () => socket.send(JSON.stringify({ id: 1, method: "questions.ask", params: question }));
}

test("who has no media asks over the WebSocket, and a server answers over HTTP", async () => {
  const room = await place.host.meeting();
  const host = await place.enterAsHost(room);
  const hosts = await questions(host);
  const ana = await place.arrive(room);
  await ana.page.evaluate(askBySocket, { code: room.link.code, question: { id: "q1", text: IN_STOCK } });
  await hosts.getByText(IN_STOCK).waitFor();
  await place.host.ask("POST", `/v1/rooms/${room.id}/commands/questions.answer`, { question: "q1", text: "From March on." });
  await tab(hosts, "Answered 1");
  await hosts.getByText("From March on.").waitFor();

  const told = await eventually(
    () => ana.page.evaluate(() => window.told),
    (messages) => messages.some(({ event }) => event?.type === "answered"),
    { what: "the answer reaches her" },
  );
  const reply = told.find(({ id }) => id === 1);
  assert.equal(reply.reply.question.text, IN_STOCK);
  const events = told.filter(({ event }) => event?.feature === "questions").map(({ event }) => event.type);
  assert.deepEqual(events, ["authored", "asked", "answered"]);
});
