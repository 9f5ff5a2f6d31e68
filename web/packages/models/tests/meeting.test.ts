import assert from "node:assert/strict";
import { test } from "node:test";
import { cell, type Status } from "@stoa/sdk";
import { actionOf, ACTIONS, CHORDS, connection, keysOf, type KeyPress, pushToTalk, toasts } from "../src/index.ts";
import { FakeClock } from "./fake_clock.ts";

function watched() {
  const clock = new FakeClock();
  const status = cell<Status>({ phase: "connecting" });
  const view = connection(status, clock);
  const seen = [view.getSnapshot().kind];
  view.subscribe(() => seen.push(view.getSnapshot().kind));
  return { clock, status, view, seen };
}

test("a break shorter than a blink is not shown", () => {
  const { clock, status, seen } = watched();
  status.set({ phase: "connected" });
  status.set({ phase: "reconnecting" });
  clock.pass(800);
  status.set({ phase: "connected" });
  clock.pass(10_000);
  assert.deepEqual(new Set(seen), new Set(["entering", "steady"]));
});

test("a longer break is shown, and so for a moment is that it is over", () => {
  const { clock, status, view, seen } = watched();
  status.set({ phase: "connected" });
  status.set({ phase: "reconnecting" });
  clock.pass(400);
  status.set({ phase: "reconnecting" });
  clock.pass(4_000);
  assert.deepEqual(view.getSnapshot(), { kind: "reconnecting", since: 0 });
  status.set({ phase: "connected" });
  clock.pass(3_000);
  assert.deepEqual(seen, ["entering", "steady", "reconnecting", "restored", "steady"]);
});

test("who was put out is not offered to come back, who was lost is", () => {
  const { status, view } = watched();
  status.set({ phase: "closed", reason: "removed" });
  assert.deepEqual(view.getSnapshot(), { kind: "over", reason: "removed", can_rejoin: false });
  status.set({ phase: "closed", reason: "connection_lost" });
  assert.deepEqual(view.getSnapshot(), { kind: "over", reason: "connection_lost", can_rejoin: true });
});

const press = (code: string, change: Partial<KeyPress> = {}): KeyPress => ({
  code,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  repeat: false,
  isComposing: false,
  ...change,
});

test("no two actions have one key, and none has a key that types", () => {
  const keys = Object.values(CHORDS).map((chord) => keysOf(chord, false).join("+"));
  assert.equal(new Set(keys).size, keys.length);
  for (const action of ACTIONS) assert.ok(CHORDS[action].alt || CHORDS[action].mod, action);
});

test("a key means the same on every keyboard, and nothing while it repeats or composes", () => {
  const alt = { altKey: true };
  assert.equal(actionOf(press("KeyA", alt), true, false), "toggle_microphone");
  assert.equal(actionOf(press("KeyA", { ...alt, ctrlKey: true }), false, false), null);
  assert.equal(actionOf(press("KeyA"), false, false), null);
  assert.equal(actionOf(press("KeyA", { ...alt, repeat: true }), false, false), null);
  assert.equal(actionOf(press("KeyA", { ...alt, isComposing: true }), true, false), null);
  assert.deepEqual(keysOf(CHORDS.toggle_microphone, true), ["⌥", "A"]);
});

test("the space bar talks, unless a button or a text has it", () => {
  assert.equal(actionOf(press("Space"), false, false), "talk");
  assert.equal(actionOf(press("Space"), true, false), null);
});

test("letting go mutes again only what pressing had opened", () => {
  let on = false;
  const talk = pushToTalk({ isOn: () => on, set: (next) => (on = next) });
  talk.press();
  assert.equal(on, true);
  talk.release();
  assert.equal(on, false);
  on = true;
  talk.press();
  talk.release();
  assert.equal(on, true);
});

const texts = (queue: { getSnapshot: () => readonly { content: string }[] }) => queue.getSnapshot().map(({ content }) => content);

test("three messages are shown, the next when one goes", () => {
  const clock = new FakeClock();
  const queue = toasts<string>(clock);
  for (const content of ["a", "b", "c", "d"]) queue.show({ content });
  assert.deepEqual(texts(queue), ["a", "b", "c"]);
  clock.pass(6_000);
  assert.deepEqual(texts(queue), ["d"]);
  clock.pass(6_000);
  assert.deepEqual(texts(queue), []);
});

test("the same again replaces what is shown, with its whole time", () => {
  const clock = new FakeClock();
  const queue = toasts<string>(clock);
  queue.show({ content: "muted by Ana", same_as: "muted" });
  clock.pass(5_000);
  queue.show({ content: "muted by Ben", same_as: "muted" });
  assert.deepEqual(texts(queue), ["muted by Ben"]);
  clock.pass(5_000);
  assert.deepEqual(texts(queue), ["muted by Ben"]);
  clock.pass(1_000);
  assert.deepEqual(texts(queue), []);
});

test("nothing goes while it is held, and what must be answered stays", () => {
  const clock = new FakeClock();
  const queue = toasts<string>(clock);
  queue.show({ content: "passing" });
  const asked = queue.show({ content: "unmute?", stays_ms: null });
  queue.hold(true);
  clock.pass(60_000);
  assert.deepEqual(texts(queue), ["passing", "unmute?"]);
  queue.hold(false);
  clock.pass(6_000);
  assert.deepEqual(texts(queue), ["unmute?"]);
  clock.pass(60_000);
  queue.close(asked);
  assert.deepEqual(texts(queue), []);
});

test("a burst does not queue for minutes", () => {
  const clock = new FakeClock();
  const queue = toasts<string>(clock);
  for (let at = 0; at < 100; at++) queue.show({ content: String(at) });
  const seen = new Set<string>();
  for (let second = 0; second < 120; second++) {
    texts(queue).forEach((text) => seen.add(text));
    clock.pass(1_000);
  }
  assert.ok(seen.has("99"));
  assert.ok(seen.size <= 23, `${seen.size}`);
});
