import assert from "node:assert/strict";
import { after, afterEach, test } from "node:test";
import { eventually, executablePath } from "../lib/browser.mjs";
import { badLink, Elsewhere } from "../lib/link.mjs";
import { gathering } from "../lib/meet.mjs";

const ADDRESSES = { here: "10.79.0.1", there: "10.79.0.2" };
const GOOD = "--rate-kbps 8000 --delay-ms 10 --queue-ms 300";
/** Carries a voice, and no picture beside it. */
const NARROW = "--rate-kbps 90 --delay-ms 40 --queue-ms 500";
const DEAD = `${GOOD} --loss 1`;
/** Lost and found again means several rounds of waiting, on both sides. */
const PATIENCE = { timeout: 120_000 };

let elsewhere;
let link;
let far;
const place = gathering({
  host: ADDRESSES.here,
  prepare: async () => {
    elsewhere = new Elsewhere("stoa-meet");
    link = await badLink(elsewhere, ADDRESSES, GOOD);
  },
});
after(async () => {
  await far?.close();
  link?.stop();
  elsewhere?.remove();
});
afterEach(async (test) => {
  await place.leave(test);
  link.change(GOOD);
});

/** Ana is far away, the host is not; they see each other. */
async function call() {
  far ??= await place.launch(elsewhere.wrapped(executablePath));
  const room = await place.host.meeting();
  const host = await place.enterAsHost(room);
  const ana = await place.enter(room, "Ana", { browser: far });
  await seeEachOther(host, ana);
  return { host, ana };
}

async function seeEachOther(host, ana) {
  for (const [person, other] of [[ana, "Demo Host"], [host, "Ana"]]) {
    await eventually(() => person.seesMotion(person.tile(other)), Boolean, { within: 120_000, what: `${other} is seen` });
  }
}

test("a network fails and comes back: the banner says so, and nothing of the room is missing", async () => {
  const { host, ana } = await call();
  await ana.open(/^Chat/);

  link.change(DEAD);
  await ana.page.getByText("The connection was lost. Trying again…").waitFor(PATIENCE);
  await host.open(/^Chat/);
  await host.panel("Chat").getByRole("textbox", { name: "Message" }).fill("said while she was away");
  await host.page.keyboard.press("Enter");
  await host.more("Lock the meeting");

  link.change(GOOD);
  await ana.page.getByText("The connection was lost. Trying again…").waitFor({ state: "detached", ...PATIENCE });
  await ana.panel("Chat").getByText("said while she was away").waitFor();
  await ana.page.getByText("Locked", { exact: true }).waitFor();
  assert.equal(await ana.panel("Chat").getByText("said while she was away").count(), 1);
  await seeEachOther(host, ana);
  await ana.panel("Chat").getByRole("textbox", { name: "Message" }).fill("back");
  await ana.page.keyboard.press("Enter");
  await host.panel("Chat").getByText("back", { exact: true }).waitFor();
});

test("what is drawn while the network fails is kept, is shown as not there yet, and follows when it comes back", async () => {
  const { host, ana } = await call();
  await ana.button("Draw on the picture").click();
  await ana.page.getByRole("button", { name: "Line", exact: true }).click();
  const picture = await ana.tile("Demo Host").boundingBox();
  const draw = async (height) => {
    const { mouse } = ana.page;
    await mouse.move(picture.x + picture.width * 0.3, picture.y + picture.height * height);
    await mouse.down();
    await mouse.move(picture.x + picture.width * 0.7, picture.y + picture.height * height, { steps: 4 });
    await mouse.up();
  };
  const seen = () => host.tile("Demo Host (you)").locator(".room-drawings line").count();
  const unsure = ana.tile("Demo Host").getByText("Not yet on the others’ screens");
  await draw(0.4);
  await eventually(seen, (count) => count === 1, { what: "a line reaches the host" });
  await eventually(() => unsure.count(), (count) => count === 0, { what: "that is known" });

  link.change(DEAD);
  await draw(0.6);
  await unsure.waitFor(PATIENCE);
  assert.equal(await ana.tile("Demo Host").locator(".room-drawings line").count(), 2);
  assert.equal(await seen(), 1);
  await ana.page.getByText("The connection was lost. Trying again…").waitFor(PATIENCE);
  link.change(GOOD);
  await eventually(seen, (count) => count === 2, { within: 120_000, what: "the other line follows" });
  await unsure.waitFor({ state: "detached", ...PATIENCE });
  assert.equal(await ana.tile("Demo Host").locator(".room-drawings line").count(), 2);
});

test("a network becomes narrow: the banner says that sound goes first, until there is room for pictures again", async () => {
  const { host, ana } = await call();
  const banner = ana.page.getByText("Your network is weak: sound goes first, pictures are paused");
  const tiles = () => Promise.all(["Demo Host", "Ana (you)"].map((name) => ana.tile(name).boundingBox()));
  const before = await tiles();
  link.change(NARROW);
  await banner.waitFor(PATIENCE);
  assert.deepEqual(await tiles(), before, "the tiles stay where they are");
  link.change(GOOD);
  await banner.waitFor({ state: "detached", ...PATIENCE });
  await seeEachOther(host, ana);
});
