import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { eventually } from "../lib/browser.mjs";
import { gathering, PHONE } from "../lib/meet.mjs";
import { pictureOf, shot } from "../lib/pixels.mjs";

const place = gathering();
afterEach(place.leave);

const BLUE = [0, 144, 255];
const seesAll = async (person, names) => {
  for (const name of names) {
    const tile = person.tile(name);
    await tile.locator("video").waitFor();
    await eventually(() => person.seesMotion(tile), Boolean, { within: 120_000, what: `${name}'s picture moves` });
  }
};

test("four people see one another, look at a shared screen and draw on it", async () => {
  const room = await place.host.meeting({ title: "Autumn samples" });
  const host = await place.enterAsHost(room);
  const ana = await place.enter(room, "Ana");
  const ben = await place.enter(room, "Ben");
  const cem = await place.enter(room, "Cem", { screen: PHONE });

  await seesAll(host, ["Demo Host (you)", "Ana", "Ben", "Cem"]);
  await seesAll(cem, ["Demo Host", "Ana", "Ben", "Cem (you)"]);

  await ana.button("Share screen").click();
  await ana.page.getByRole("heading", { name: "You are sharing your screen" }).waitFor();
  const shown = ben.tile("Ana", { screen: true });
  await shown.waitFor();
  await eventually(() => ben.seesMotion(shown), Boolean, { within: 120_000, what: "Ana's screen reaches Ben" });

  // Ben, on a wide screen, draws a blue line; Cem has it in the same place of the picture on his phone.
  await ben.button("Draw on the picture").click();
  await ben.page.getByRole("radio", { name: "Blue" }).click();
  await ben.page.getByRole("button", { name: "Line", exact: true }).click();
  const { mouse } = ben.page;
  for (const x of [0.25, 0.5, 0.75]) {
    // Banners come and go above the picture, which makes way for them.
    const onBen = await pictureOf(shown);
    await mouse.move(onBen.x + onBen.width * x, onBen.y + onBen.height * 0.3, { steps: 4 });
    if (x === 0.25) await mouse.down();
  }
  await mouse.up();

  const onCem = cem.tile("Ana", { screen: true });
  await onCem.locator("video").waitFor();
  const line = async () => {
    const picture = await shot(cem, await pictureOf(onCem));
    return {
      drawn: await onCem.locator(".room-drawings path").evaluateAll((paths) => paths.map((path) => path.getAttribute("d"))),
      on: [0.3, 0.5, 0.7].map((x) => picture.has(BLUE, [x, 0.3])),
      off: [[0.5, 0.5], [0.15, 0.3], [0.85, 0.3]].map((at) => picture.has(BLUE, at)),
    };
  };
  const drawn = await eventually(line, ({ on }) => on.every(Boolean), { what: "the line is seen on the phone", within: 60_000 });
  assert.deepEqual(drawn.off, [false, false, false], "and only where it was drawn");

  await ben.button("Undo").click();
  await eventually(line, ({ on }) => !on.some(Boolean), { what: "what was taken back is gone everywhere", within: 60_000 });

  await ana.page.getByRole("button", { name: "Stop screen share" }).first().click();
  await onCem.waitFor({ state: "detached" });
  for (const person of [host, ana, ben, cem]) assert.deepEqual(person.errors, []);
});

test("a word written on a camera's picture is there once, for everybody, until it is cleared", async () => {
  const room = await place.host.meeting();
  const host = await place.enterAsHost(room);
  const ana = await place.enter(room, "Ana");
  const camera = ana.tile("Demo Host");
  await camera.locator("video").waitFor();
  await ana.button("Draw on the picture").click();
  await ana.page.getByRole("button", { name: "Text", exact: true }).click();
  const picture = await pictureOf(camera);
  await ana.page.mouse.click(picture.x + picture.width * 0.4, picture.y + picture.height * 0.4);
  await ana.page.getByRole("textbox", { name: "Text" }).fill("this seam");
  await ana.page.keyboard.press("Enter");

  const words = host.tile("Demo Host (you)").getByText("this seam");
  await words.waitFor();
  assert.equal(await words.count(), 1);

  await host.button("Draw on the picture").click();
  await host.button("Clear mine").click();
  await host.page.getByRole("menuitem", { name: "Clear all" }).click();
  await camera.getByText("this seam").waitFor({ state: "detached" });
});
