import assert from "node:assert/strict";
import { test } from "node:test";
import { keepOrder, promote } from "../src/index.ts";
import { seeded } from "./fake_clock.ts";

const letters = (text: string) => [...text];

test("tiles keep their places while people come", () => {
  assert.deepEqual(keepOrder(letters("abc"), letters("cbad")), letters("abcd"));
});

test("a newcomer takes the place of one who has left", () => {
  assert.deepEqual(keepOrder(letters("abcd"), letters("acdx")), letters("axcd"));
});

test("a gap without newcomer is closed by the last tile, and no other moves", () => {
  assert.deepEqual(keepOrder(letters("abcdef"), letters("acdef")), letters("afcde"));
  assert.deepEqual(keepOrder(letters("abcdef"), letters("cef")), letters("fec"));
  assert.deepEqual(keepOrder(letters("abc"), letters("ab")), letters("ab"));
  assert.deepEqual(keepOrder(letters("abc"), []), []);
});

test("the order is the same object while nothing changes", () => {
  const order = keepOrder([], letters("abc"));
  assert.equal(keepOrder(order, letters("bca")), order);
});

test("whatever comes and goes, everybody has one tile, and at most as many tiles move as have left", () => {
  for (let seed = 1; seed <= 200; seed++) {
    const random = seeded(seed);
    let order: readonly string[] = [];
    let nextName = 0;
    let present: string[] = [];
    for (let step = 0; step < 30; step++) {
      const stay = present.filter(() => random() > 0.2);
      const come = Array.from({ length: Math.floor(random() * 4) }, () => `p${nextName++}`);
      const left = present.length - stay.length;
      present = [...stay, ...come];
      const after = keepOrder(order, present);
      assert.deepEqual([...after].sort(), [...present].sort(), `seed ${seed}`);
      const moved = stay.filter((key) => after.indexOf(key) !== order.indexOf(key)).length;
      assert.ok(moved <= left, `seed ${seed}: ${moved} moved when ${left} left`);
      order = after;
    }
  }
});

const spoke = (times: Record<string, number>) => new Map(Object.entries(times));

test("one who speaks unseen changes places with the one who has been silent longest", () => {
  const order = promote(letters("abcdef"), {
    speaker: "f",
    visible: new Set(letters("abcd")),
    fixed: new Set("a"),
    spoke_at: spoke({ a: 0, b: 9, c: 3, d: 7 }),
  });
  assert.deepEqual(order, letters("abfdec"));
});

test("one who is seen already stays where he is, and so does everything else", () => {
  const order = letters("abcdef");
  const seen = { visible: new Set(letters("abcd")), fixed: new Set<string>(), spoke_at: spoke({}) };
  assert.equal(promote(order, { ...seen, speaker: "b" }), order);
  assert.equal(promote(order, { ...seen, speaker: "nobody" }), order);
  assert.equal(promote(order, { ...seen, speaker: "f", fixed: new Set(letters("abcd")) }), order);
});
