import assert from "node:assert/strict";
import { test } from "node:test";
import { ConnectionError, RefusalError, type Stroke } from "@stoa/sdk";
import {
  type Brush,
  isOnPicture,
  lasers,
  pen,
  pictureRect,
  type Placing,
  pointer,
  simplified,
  toElement,
  toPicture,
  withEcho,
} from "../src/index.ts";
import { FakeClock, seeded, settle } from "./fake_clock.ts";

const WIDE = { width: 1280, height: 720 };
const contain: Placing = { picture: WIDE, element: { width: 400, height: 400 }, fit: "contain", mirrored: false };
const cover: Placing = { ...contain, fit: "cover" };

test("the middle is the middle, however the picture lies", () => {
  for (const placing of [contain, cover, { ...contain, mirrored: true }]) {
    assert.deepEqual(toPicture({ x: 200, y: 200 }, placing), { x: 0.5, y: 0.5 });
  }
});

test("a whole picture has bars that are not drawn on; a filling one has none", () => {
  assert.deepEqual(pictureRect(contain), { left: 0, top: 87.5, width: 400, height: 225 });
  assert.equal(isOnPicture({ x: 200, y: 50 }, contain), false);
  assert.equal(isOnPicture({ x: 200, y: 50 }, cover), true);
  assert.equal(toPicture({ x: 200, y: 50 }, contain).y, 0);
});

test("in a mirror left is right, on the way there and back", () => {
  const mirrored = { ...cover, mirrored: true };
  const seen = toPicture({ x: 10, y: 80 }, mirrored);
  assert.ok(seen.x > 0.5);
  assert.ok(Math.abs(toElement(seen, mirrored).x - 10) < 1e-9);
});

test("any point of any picture in any element comes back to where it was", () => {
  const random = seeded(7);
  for (let at = 0; at < 500; at++) {
    const size = () => ({ width: 50 + random() * 2000, height: 50 + random() * 2000 });
    const fit = random() < 0.5 ? "cover" : "contain";
    const placing: Placing = { picture: size(), element: size(), fit, mirrored: random() < 0.5 };
    const point = { x: random(), y: random() };
    const back = toPicture(toElement(point, placing), placing);
    assert.ok(Math.abs(back.x - point.x) < 1e-9 && Math.abs(back.y - point.y) < 1e-9, JSON.stringify(placing));
  }
});

test("a straight line needs two points, a corner three", () => {
  const line = Array.from({ length: 50 }, (_, at) => [at / 50, at / 50]).flat();
  assert.deepEqual(simplified(line, 0.001), [0, 0, 0.98, 0.98]);
  assert.deepEqual(simplified([0, 0, 0.25, 0, 0.5, 0, 0.5, 0.25, 0.5, 0.5], 0.001), [0, 0, 0.5, 0, 0.5, 0.5]);
});

test("no point that was left out is farther from the line than was allowed", () => {
  const random = seeded(11);
  let [x, y] = [0.5, 0.5];
  const points = Array.from({ length: 400 }, () => {
    x += (random() - 0.5) * 0.02;
    y += (random() - 0.5) * 0.02;
    return [x, y];
  }).flat();
  const left = simplified(points, 0.005);
  assert.ok(left.length < points.length / 2);
  for (let at = 0; at < points.length; at += 2) {
    let nearest = Infinity;
    for (let i = 0; i + 3 < left.length; i += 2) {
      nearest = Math.min(nearest, distance(points[at]!, points[at + 1]!, left.slice(i, i + 4)));
    }
    assert.ok(nearest <= 0.005 + 1e-9);
  }
});

function distance(x: number, y: number, [x0, y0, x1, y1]: number[]): number {
  const [dx, dy] = [x1! - x0!, y1! - y0!];
  const along = Math.min(1, Math.max(0, ((x - x0!) * dx + (y - y0!) * dy) / (dx * dx + dy * dy || 1)));
  return Math.hypot(x - x0! - along * dx, y - y0! - along * dy);
}

const PEN: Brush = { tool: "pen", color: "#e5484d", width: 0.004, fade_ms: null };
const curve = (from: number, count: number) =>
  Array.from({ length: count }, (_, at) => ({ x: (from + at) / 1000, y: 0.5 + Math.sin(from + at) / 10 }));

function desk() {
  const clock = new FakeClock();
  const sent: { readonly at: number; readonly name: string; readonly points?: readonly number[] }[] = [];
  const answers: { resolve: () => void; reject: (error: Error) => void }[] = [];
  const refused: unknown[] = [];
  const cut: string[] = [];
  let answersAtOnce = true;
  const carry = (name: string, points?: readonly number[]) => {
    sent.push({ at: clock.now(), name, ...(points && { points }) });
    if (answersAtOnce) return Promise.resolve({});
    return new Promise<Record<never, never>>((resolve, reject) => answers.push({ resolve: () => resolve({}), reject }));
  };
  const held = pen({
    me: { identity: "me", name: "Me" },
    clock,
    refused: (error) => refused.push(error),
    cutShort: () => cut.push("cut short"),
    commands: {
      begin: (stroke) => carry("begin", stroke.points),
      extend: (_id, points) => carry("extend", points),
      finish: () => carry("finish"),
    },
  });
  return { clock, sent, answers, refused, cut, held, slowly: () => (answersAtOnce = false) };
}

test("a stroke is on my own screen at once, and goes out in order at thirty commands a second", async () => {
  const { clock, sent, held } = desk();
  held.down("TR_1", { x: 0, y: 0.5 }, PEN);
  for (let frame = 0; frame < 60; frame++) {
    held.move(curve(frame * 4, 4));
    await clock.run(1000 / 60);
  }
  assert.equal(held.echo.getSnapshot()[0]?.points.length, 2 + 60 * 4 * 2);
  held.up();
  await clock.run(200);
  assert.deepEqual([sent[0]?.name, sent.at(-1)?.name], ["begin", "finish"]);
  const extensions = sent.filter(({ name }) => name === "extend");
  assert.ok(extensions.length >= 18 && extensions.length <= 31, `${extensions.length} in a second`);
  assert.ok(extensions.every(({ points }) => points!.length <= 128 && points!.length % 2 === 0));
});

test("what was drawn between two commands goes out thinned, and ends where the hand was", async () => {
  const { clock, sent, held } = desk();
  held.down("TR_1", { x: 0, y: 0 }, PEN);
  held.move(Array.from({ length: 300 }, (_, at) => ({ x: (at + 1) / 300, y: (at + 1) / 300 })));
  held.up();
  await clock.run(500);
  assert.deepEqual(sent.map(({ name }) => name), ["begin", "extend", "finish"]);
  assert.deepEqual(sent[1]?.points, [1, 1]);
});

test("of a rectangle only the corner where the hand is goes out", async () => {
  const { clock, sent, held } = desk();
  held.down("TR_1", { x: 0.1, y: 0.1 }, { ...PEN, tool: "rectangle" });
  held.move(curve(100, 50));
  held.move([{ x: 0.6, y: 0.7 }]);
  assert.deepEqual(held.echo.getSnapshot()[0]?.points, [0.1, 0.1, 0.6, 0.7]);
  held.up();
  await clock.run(500);
  assert.deepEqual(sent.filter(({ name }) => name === "extend").map(({ points }) => points), [[0.6, 0.7]]);
});

test("on a slow way points gather instead of commands", async () => {
  const { clock, sent, answers, held, slowly } = desk();
  slowly();
  held.down("TR_1", { x: 0, y: 0.5 }, PEN);
  for (let frame = 0; frame < 100; frame++) {
    held.move(curve(frame, 1));
    await clock.run(50);
  }
  assert.equal(sent.length, 4);
  held.up();
  while (answers.length > 0) {
    answers.shift()?.resolve();
    await clock.run(60);
  }
  assert.equal(sent.at(-1)?.name, "finish");
  const last = sent.filter(({ name }) => name === "extend").at(-1)?.points;
  assert.ok(Math.abs(last!.at(-2)! - 99 / 1000) < 1e-9);
});

test("a stroke that the room refuses goes away, and is said once", async () => {
  const { clock, sent, answers, refused, held, slowly } = desk();
  slowly();
  held.down("TR_1", { x: 0, y: 0.5 }, PEN);
  held.move(curve(0, 3));
  await clock.run(60);
  const no = new RefusalError("annotation.begin", { code: "not_allowed_here", message: "no" });
  answers.forEach(({ reject }) => reject(no));
  await settle();
  held.move(curve(3, 3));
  held.up();
  await clock.run(1_000);
  assert.deepEqual(held.echo.getSnapshot(), []);
  assert.deepEqual(refused, [no]);
  assert.ok(!sent.some(({ name }) => name === "finish"));
});

test("a room that is slow to answer leaves a stroke unsure, until it answers", async () => {
  const { clock, answers, held, slowly } = desk();
  const isUnsure = () => held.echo.getSnapshot()[0]?.isUnsure;
  slowly();
  held.down("TR_1", { x: 0, y: 0.5 }, PEN);
  await clock.run(1_900);
  assert.equal(isUnsure(), false);
  await clock.run(200);
  assert.equal(isUnsure(), true);
  answers[0]?.resolve();
  await settle();
  assert.equal(isUnsure(), false);
});

test("a stroke that is left unanswered is kept, and goes on from what the room has of it", async () => {
  const { clock, sent, answers, refused, held, slowly } = desk();
  held.down("TR_1", { x: 0, y: 0.5 }, PEN);
  await clock.run(60);
  const begun = held.echo.getSnapshot()[0] as Stroke;
  held.settle([begun]);
  slowly();
  held.move([{ x: 0.1, y: 0.5 }]);
  await clock.run(60);
  held.move([{ x: 0.1, y: 0.9 }]);
  await clock.run(60);
  held.up();
  assert.deepEqual(sent.map(({ name }) => name), ["begin", "extend", "extend", "finish"]);

  // The first of the two arrived; no answer did.
  held.settle([{ ...begun, points: [0, 0.5, 0.1, 0.5] }]);
  answers.splice(0).forEach(({ reject }) => reject(new ConnectionError("not answered", "unknown")));
  await settle();
  assert.equal(held.echo.getSnapshot()[0]?.isUnsure, true);
  await clock.run(1_000);
  assert.equal(sent.at(-1)?.name, "begin", "asked again, which changes nothing");
  answers.splice(0).forEach(({ resolve }) => resolve());
  await clock.run(1_000);
  const rest = sent.slice(5).map(({ name, points }) => [name, points]);
  assert.deepEqual(rest, [["extend", [0.1, 0.9]], ["finish", undefined]], "what is missing, and no more");
  assert.equal(held.echo.getSnapshot()[0]?.isUnsure, false);
  held.settle([{ ...begun, points: [0, 0.5, 0.1, 0.5, 0.1, 0.9], done: true }]);
  assert.deepEqual(held.echo.getSnapshot(), []);
  assert.deepEqual(refused, []);
});

test("a room that goes on being silent is asked again and again, ever more slowly", async () => {
  const { clock, sent, answers, held, slowly } = desk();
  slowly();
  held.down("TR_1", { x: 0, y: 0.5 }, PEN);
  for (let tries = 0; tries < 300; tries++) {
    await clock.run(100);
    answers.splice(0).forEach(({ reject }) => reject(new ConnectionError("not answered", "unknown")));
  }
  assert.equal(held.echo.getSnapshot().length, 1);
  assert.ok(sent.length >= 4 && sent.length <= 7, `${sent.length} in half a minute`);
});

test("what is drawn without a connection follows when it is back", async () => {
  const { clock, sent, held } = desk();
  held.connected(false);
  held.down("TR_1", { x: 0, y: 0.5 }, PEN);
  held.move([{ x: 0.5, y: 0.1 }]);
  held.up();
  await clock.run(30_000);
  assert.deepEqual(sent, []);
  const [mine] = held.echo.getSnapshot();
  assert.equal(mine?.isUnsure, true);
  held.connected(true);
  await clock.run(1_000);
  assert.deepEqual(sent.map(({ name }) => name), ["begin"]);
  held.settle([{ ...(mine as Stroke), points: [0, 0.5] }]);
  await clock.run(2_000);
  assert.deepEqual(sent.slice(1).map(({ name, points }) => [name, points]), [["extend", [0.5, 0.1]], ["finish", undefined]]);
});

test("a stroke that somebody wiped away while the connection was down is not drawn again", async () => {
  const { clock, sent, refused, held } = desk();
  held.down("TR_1", { x: 0, y: 0.5 }, PEN);
  await clock.run(60);
  held.settle([held.echo.getSnapshot()[0] as Stroke]);
  held.connected(false);
  held.connected(true);
  held.settle([]);
  await clock.run(5_000);
  assert.deepEqual(held.echo.getSnapshot(), []);
  assert.deepEqual(sent.map(({ name }) => name), ["begin"]);
  assert.deepEqual(refused, []);
});

test("of a stroke that the room has closed half-way, what the others see is shown, and that is said", async () => {
  const { clock, cut, held } = desk();
  held.down("TR_1", { x: 0, y: 0.5 }, PEN);
  await clock.run(60);
  const begun = held.echo.getSnapshot()[0] as Stroke;
  held.settle([begun]);
  held.connected(false);
  held.move([{ x: 0.5, y: 0.1 }]);
  held.up();
  held.connected(true);
  held.settle([{ ...begun, done: true }]);
  await clock.run(5_000);
  assert.deepEqual(held.echo.getSnapshot(), []);
  assert.deepEqual(cut, ["cut short"]);
});

test("my stroke is drawn from my own hand until the room has it whole", async () => {
  const { clock, held } = desk();
  held.down("TR_1", { x: 0, y: 0.5 }, PEN);
  held.move(curve(0, 5));
  const mine = held.echo.getSnapshot()[0] as Stroke;
  const half = { ...mine, points: [0, 0.5] };
  assert.deepEqual(withEcho([half], held.echo.getSnapshot(), "TR_1"), [mine]);
  assert.deepEqual(withEcho([], held.echo.getSnapshot(), "TR_2"), []);
  held.up();
  held.settle([half]);
  assert.equal(held.echo.getSnapshot().length, 1);
  held.settle([{ ...mine, done: true }]);
  assert.equal(held.echo.getSnapshot().length, 0);
  await clock.run(100);
});

test("a stroke that was wiped away before anybody saw it done does not stay on my screen", async () => {
  const { clock, held } = desk();
  held.down("TR_1", { x: 0, y: 0.5 }, PEN);
  held.up();
  await clock.run(500);
  held.settle([]);
  await clock.run(2_000);
  assert.equal(held.echo.getSnapshot().length, 0);
});

test("a laser pointer sends its latest place only, and goes out when it rests", async () => {
  const clock = new FakeClock();
  const sent: number[] = [];
  const point = pointer({ point: async (_surface, x) => (sent.push(x), {}) }, clock);
  for (let at = 0; at < 10; at++) point.move("TR_1", { x: at / 10, y: 0 });
  clock.pass(200);
  assert.deepEqual(sent, [0, 0.9]);

  const seen = lasers(clock);
  const event = { seq: 1, at: 1, feature: "annotation", type: "pointed", surface: "TR_1", identity: "ana", x: 0.5, y: 0.5 } as const;
  seen.hear(event);
  clock.pass(1_000);
  seen.hear({ ...event, x: 0.6 });
  clock.pass(1_000);
  assert.deepEqual(seen.getSnapshot().map(({ x }) => x), [0.6]);
  clock.pass(600);
  assert.deepEqual(seen.getSnapshot(), []);
});
