import assert from "node:assert/strict";
import { test } from "node:test";
import { cell, derived } from "../src/index.ts";

test("a part of a value calls back only when the part has changed", () => {
  const source = cell({ a: 1, b: [1] });
  const part = derived(source, ({ a }) => a);
  let calls = 0;
  const stop = part.subscribe(() => (calls += 1));
  source.update((value) => ({ ...value, b: [2] }));
  assert.equal(calls, 0);
  source.update((value) => ({ ...value, a: 2 }));
  assert.equal(calls, 1);
  assert.equal(part.getSnapshot(), 2);
  stop();
  source.update((value) => ({ ...value, a: 3 }));
  assert.equal(calls, 1);
});

test("a derived value keeps its identity while its source does, as React demands", () => {
  const source = cell([1, 2, 3]);
  const even = derived(source, (all) => all.filter((one) => one % 2 === 0));
  assert.equal(even.getSnapshot(), even.getSnapshot());
});

test("a listener that stops another during a call does no harm", () => {
  const source = cell(0);
  const calls: string[] = [];
  const stopSecond = { stop: () => {} };
  source.subscribe(() => {
    calls.push("first");
    stopSecond.stop();
  });
  stopSecond.stop = source.subscribe(() => calls.push("second"));
  source.set(1);
  source.set(2);
  assert.deepEqual(calls.filter((call) => call === "first").length, 2);
});
