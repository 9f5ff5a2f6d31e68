/*
 * How long a stroke takes to the others' screens: real Chromiums, each a process of its own, in one
 * meeting on loopback; one shares a screen, one draws on it with the mouse, and every other page
 * notes at the end of which frame the stroke covers a place. All pages have the same clock. Prints
 * one table.
 */
import assert from "node:assert/strict";
import { loadavg } from "node:os";
import { eventually } from "../lib/browser.mjs";
import { gatheringPlace } from "../lib/meet.mjs";
import { pictureOf, shot } from "../lib/pixels.mjs";
import { medianAndTail, row, sorted } from "./table.mjs";

const STROKES = Number(process.argv[2] ?? 60);
const MOVES = 12;
/** As a mouse tells of itself, sixty times a second. */
const MOVE_EVERY_MS = 16;
/** From the left of the picture to the right, in parts of it. */
const [FROM, TO] = [0.2, 0.8];
/** Strokes between two looks at the pixels. */
const LOOK_EVERY = 10;
const RED = [229, 72, 77];
/** Of the time between two strokes, so that they fall anywhere between two frames and two batches. */
const PAUSE_MS = { least: 300, more: 200 };

const pause = (ms) => new Promise((done) => setTimeout(done, ms));
const surface = ({ page }) => page.locator(".room-tile[data-source=screen_share]");

/** Notes when each of the pointer's events happened, and where in the picture. */
const notePointer = ({ page }, picture) =>
  page.evaluate(({ x, width }) => {
    window.pointer = { downs: [], moves: [] };
    const noted = (event) => ({ at: performance.timeOrigin + event.timeStamp, x: (event.clientX - x) / width });
    addEventListener("pointerdown", (event) => window.pointer.downs.push(noted(event)), true);
    addEventListener("pointermove", (event) => event.buttons && window.pointer.moves.push(...event.getCoalescedEvents().map(noted)), true);
  }, picture);

/** Notes at the end of each frame how far the newest stroke reaches. */
const noteStrokes = (person) =>
  surface(person).evaluate((tile) => {
    const known = new WeakSet();
    const paths = () => [...tile.querySelectorAll(".room-drawings path")];
    window.strokes = { next: () => paths().forEach((path) => known.add(path)) || (window.strokes.reached = []), reached: [] };
    const { port1: painted, port2: paint } = new MessageChannel();
    const inFrame = [];
    painted.onmessage = () => {
      const x = inFrame.shift();
      window.strokes.reached.push({ at: performance.timeOrigin + performance.now(), x });
    };
    const frame = () => {
      const path = paths().find((path) => !known.has(path));
      if (path) {
        const box = path.getBBox();
        inFrame.push((box.x + box.width) / path.ownerSVGElement.width.baseVal.value);
        // What is posted within a frame is heard when the frame is done.
        paint.postMessage(null);
      }
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });

async function draw({ page }, picture, y) {
  const to = (part) => page.mouse.move(picture.x + picture.width * part, picture.y + picture.height * y);
  await to(FROM);
  await page.mouse.down();
  for (let move = 1; move <= MOVES; move += 1) {
    await pause(MOVE_EVERY_MS);
    await to(FROM + ((TO - FROM) * move) / MOVES);
  }
  await page.mouse.up();
}

/** Half a pixel of a picture 500 wide. */
const NEAR = 0.001;

/** How long the other screen took to show the pointer's way: the first point, and each after it. */
function delays(pointer, reached) {
  const until = ({ at, x }) => reached.find((frame) => frame.x > x - NEAR).at - at;
  return { down: until(pointer.downs[0]), moves: pointer.moves.map(until) };
}

async function meet(place, people) {
  const room = await place.host.meeting();
  const browsers = [];
  const entered = [];
  for (const name of ["Ana", "Ben", "Cem", "Dan"].slice(0, people)) {
    const browser = await place.launch();
    browsers.push(browser);
    const person = await place.enter(room, name, { browser });
    entered.push(person);
    // Four browsers that encode and decode cameras leave two cores for nothing else.
    await person.button("Stop camera").click();
  }
  const [ana, ben] = entered;
  await ana.button("Share screen").click();
  await ana.button("Show it here").click();
  const watching = entered.filter((person) => person !== ben);
  for (const person of entered) await eventually(() => person.seesMotion(surface(person)), Boolean, { within: 60_000, what: "the shared screen" });
  await ben.button("Draw on the picture").click();
  return { ben, watching, end: () => Promise.all(browsers.map((browser) => browser.close())) };
}

/** A page may think that it shows something: its pixels say whether it does. */
async function seesStroke(person, y) {
  const seen = await shot(person, await pictureOf(surface(person)));
  for (const x of [FROM, (FROM + TO) / 2, TO]) assert.ok(seen.has(RED, [x, y]), `the stroke is seen at ${x}, ${y} of the picture`);
}

async function measure(place, people) {
  const { ben, watching, end } = await meet(place, people);
  try {
    // Banners come and go above the picture at first.
    await pause(5_000);
    const picture = await pictureOf(surface(ben));
    await notePointer(ben, picture);
    for (const person of watching) await noteStrokes(person);
    const took = { down: [], moves: [] };
    for (let stroke = 0; stroke < STROKES; stroke += 1) {
      for (const { page } of watching) await page.evaluate(() => window.strokes.next());
      await ben.page.evaluate(() => Object.assign(window.pointer, { downs: [], moves: [] }));
      await pause(PAUSE_MS.least + Math.random() * PAUSE_MS.more);
      const y = 0.2 + (0.6 * stroke) / STROKES;
      await draw(ben, picture, y);
      const pointer = await ben.page.evaluate(() => window.pointer);
      for (const person of watching) {
        const whole = ({ at }) => at?.x > TO - NEAR;
        await eventually(() => person.page.evaluate(() => ({ at: window.strokes.reached.at(-1) })), whole, { what: "the whole stroke" });
        const { down, moves } = delays(pointer, await person.page.evaluate(() => window.strokes.reached));
        took.down.push(down);
        took.moves.push(...moves);
      }
      if (stroke % LOOK_EVERY !== 0) continue;
      for (const person of watching) await seesStroke(person, y);
      await ben.button("Clear mine").click();
    }
    return took;
  } finally {
    await end();
  }
}

const place = gatheringPlace();
try {
  await place.open();
  // Half of the time is browsers painting: it is told how much else the machine did.
  console.log(`From a pointer that draws to the other screens in Chromium, ${STROKES} strokes a row, cameras off\n`);
  row(["people", "measured", "pointer down, p50", "p95", "pointer move, p50", "p95", "load of the machine"]);
  row(["--:", "--:", "--:", "--:", "--:", "--:", "--:"]);
  for (const people of [2, 4]) {
    const { down, moves } = await measure(place, people);
    row([people, `${down.length}, ${moves.length}`, ...medianAndTail(sorted(down)), ...medianAndTail(sorted(moves)), loadavg()[0].toFixed(1)]);
  }
} finally {
  await place.close();
}
