import assert from "node:assert/strict";
import { test } from "node:test";
import { focusOf, NOBODY, stage, steadySpeaker, type Tile, tileKey, type TileSource, type Wishes } from "../src/index.ts";
import { FakeClock } from "./fake_clock.ts";

const tile = (identity: string, source: TileSource = "camera", is_local = false): Tile => ({
  key: tileKey(identity, source),
  identity,
  source,
  is_local,
});
const people = (count: number) => [tile("me", "camera", true), ...Array.from({ length: count }, (_, at) => tile(`p${at}`))];
const PHONE = { width: 360, height: 640 };

test("a cough does not take the word, a sentence does", () => {
  let speaker = steadySpeaker(NOBODY, ["ana"], 0);
  assert.equal(speaker.steady, "ana");
  speaker = steadySpeaker(speaker, ["ben"], 1_000);
  speaker = steadySpeaker(speaker, ["ana", "ben"], 1_400);
  speaker = steadySpeaker(speaker, ["ben"], 1_600);
  speaker = steadySpeaker(speaker, ["ben"], 2_700);
  assert.equal(speaker.steady, "ana");
  speaker = steadySpeaker(speaker, ["ben"], 2_800);
  assert.equal(speaker.steady, "ben");
});

test("who fell silent keeps the word until another takes it", () => {
  const speaker = steadySpeaker(steadySpeaker(NOBODY, ["ana"], 0), [], 60_000);
  assert.equal(speaker.steady, "ana");
});

test("one who speaks on another page comes onto this one, though nothing else is said or done", () => {
  const clock = new FakeClock();
  const view = stage({ tiles: people(20), container: PHONE, me: "me", speaking: ["p0"] }, clock);
  const before = view.getSnapshot().order;
  assert.ok(!view.getSnapshot().rects.has("p19/camera"));
  view.give({ speaking: ["p19"] });
  assert.equal(view.getSnapshot().order, before, "not at once");
  clock.pass(1_200);
  const after = view.getSnapshot();
  assert.ok(after.rects.has("p19/camera"));
  assert.equal(after.order.filter((key, at) => key !== before[at]).length, 2, "only two tiles change places");
  assert.equal(after.order[0], "me/camera");
  view.close();
});

test("one who was brought onto the screen is not sent off it again by the next", () => {
  const clock = new FakeClock();
  const view = stage({ tiles: people(20), container: PHONE, me: "me", speaking: ["p19"] }, clock);
  assert.ok(view.getSnapshot().rects.has("p19/camera"));
  for (const next of ["p18", "p17", "p16"]) {
    view.give({ speaking: [next] });
    clock.pass(1_300);
    assert.ok(view.getSnapshot().rects.has(`${next}/camera`), next);
  }
  assert.ok(view.getSnapshot().rects.has("p19/camera"));
  view.close();
});

test("giving the stage what it has calls nobody", () => {
  const tiles = people(3);
  const view = stage({ tiles, container: PHONE, me: "me" }, new FakeClock());
  let calls = 0;
  view.subscribe(() => (calls += 1));
  view.give({ tiles, mode: "grid" });
  assert.equal(calls, 0);
  view.give({ mode: "speaker" });
  assert.equal(calls, 1);
});

const room = [tile("me", "camera", true), tile("ana"), tile("ben"), tile("cho")];
const wishes: Wishes = { mode: "grid", pinned: null, layout: null, me: "me", speaker: null };
const layout = { spotlight: null, close_up: [], leader: null, view: null };

test("the larger wish wins: pin, leader, spotlight, close-up, screen, speaker", () => {
  const tiles = [...room, tile("ben", "screen_share")];
  const all: Wishes = {
    mode: "speaker",
    pinned: "me/camera",
    speaker: "cho",
    me: "me",
    layout: {
      spotlight: { identity: "ben", source: "camera" },
      close_up: ["ana"],
      leader: "ana",
      view: { mode: "speaker", pinned: "cho" },
    },
  };
  assert.deepEqual(focusOf(tiles, all), { key: "me/camera", reason: "pinned" });
  assert.deepEqual(focusOf(tiles, { ...all, pinned: null }), { key: "cho/camera", reason: "led" });
  const unled = { ...all, pinned: null, layout: { ...all.layout!, leader: null } };
  assert.deepEqual(focusOf(tiles, unled), { key: "ben/camera", reason: "spotlight" });
  const dark = { ...unled, layout: { ...unled.layout, spotlight: null } };
  assert.deepEqual(focusOf(tiles, dark), { key: "ana/camera", reason: "close_up" });
  const plain = { ...dark, layout };
  assert.deepEqual(focusOf(tiles, plain), { key: "ben/screen_share", reason: "screen" });
  assert.deepEqual(focusOf(room, plain), { key: "cho/camera", reason: "speaker" });
  assert.equal(focusOf(room, { ...plain, mode: "grid" }), null);
});

test("what was wished for and is not there does not count", () => {
  assert.equal(focusOf(room, { ...wishes, pinned: "gone/camera" }), null);
  assert.equal(focusOf(room, { ...wishes, layout: { ...layout, spotlight: { identity: "gone", source: "camera" } } }), null);
});

test("whoever leads does not follow himself, and his own screen does not fill his screen", () => {
  const leading = { ...layout, leader: "me", view: { mode: "speaker" as const, pinned: "ana" } };
  assert.equal(focusOf(room, { ...wishes, layout: leading }), null);
  assert.equal(focusOf([...room, tile("me", "screen_share", true)], wishes), null);
});

test("a leader who shows the grid puts everybody's view to the grid", () => {
  const led = { ...layout, leader: "ana", view: { mode: "grid" as const, pinned: null } };
  assert.equal(focusOf(room, { ...wishes, mode: "speaker", speaker: "ben", layout: led }), null);
});
