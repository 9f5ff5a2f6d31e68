import assert from "node:assert/strict";
import { test } from "node:test";
import { Inbox } from "../src/inbox.ts";
import { locked, pieces, roomState } from "./rooms.ts";

test("a snapshot in pieces becomes the state with its last piece", () => {
  const inbox = new Inbox();
  const kinds = pieces(roomState(), 3).map((piece) => inbox.handle(piece).kind);
  assert.deepEqual(kinds, ["nothing", "nothing", "replaced"]);
  assert.deepEqual(inbox.state, roomState());
});

test("events before the snapshot wait for it, and those that are in it are dropped", () => {
  const inbox = new Inbox();
  inbox.handle({ event: locked(9, false) });
  inbox.handle({ event: locked(11, true) });
  const outcome = inbox.handle({ snapshot: roomState() });
  assert.ok(outcome.kind === "replaced");
  assert.deepEqual(outcome.missed.map(({ seq }) => seq), [11]);
  assert.equal(inbox.state?.room.locked, true);
});

test("an event between two pieces is applied after the last", () => {
  const inbox = new Inbox();
  const [first, second] = pieces(roomState(), 2);
  inbox.handle(first!);
  assert.equal(inbox.handle({ event: locked(12, true) }).kind, "nothing");
  inbox.handle(second!);
  assert.equal(inbox.state?.seq, 12);
});

test("an event that was heard before changes nothing, and a gap in the numbers is no loss", () => {
  const inbox = new Inbox();
  inbox.handle({ snapshot: roomState() });
  assert.equal(inbox.handle({ event: locked(20, true) }).kind, "advanced");
  assert.equal(inbox.handle({ event: locked(20, false) }).kind, "nothing");
  assert.equal(inbox.handle({ event: locked(15, false) }).kind, "nothing");
  assert.equal(inbox.state?.room.locked, true);
});

test("a client that fell behind, or was sent nonsense, asks again", () => {
  const inbox = new Inbox();
  assert.equal(inbox.handle({ resync: true }).kind, "hello_needed");
  assert.equal(inbox.handle({ snapshot: { index: 0, count: 1, text: "{" } }).kind, "hello_needed");
  assert.equal(inbox.handle({ snapshot: { index: 0, count: 1e9, text: "" } }).kind, "hello_needed");
  assert.equal(inbox.handle({ snapshot: { index: 0, count: 1, text: "{}" } }).kind, "hello_needed");
});

test("half a snapshot of a lost connection does not mix with the next", () => {
  const inbox = new Inbox();
  inbox.handle(pieces(roomState(), 2)[0]!);
  inbox.restart();
  const [first, second] = pieces(roomState({ seq: 30 }), 2);
  assert.equal(inbox.handle(second!).kind, "nothing");
  inbox.handle(first!);
  inbox.handle(second!);
  assert.equal(inbox.state?.seq, 30);
});

test("events that pile up without a snapshot are let go, and a snapshot is asked for", () => {
  const inbox = new Inbox();
  const outcomes = Array.from({ length: 2_001 }, (_, at) => inbox.handle({ event: locked(at + 1, true) }).kind);
  assert.equal(outcomes.at(-1), "hello_needed");
});

test("an event of a feature that this client does not know only counts", () => {
  const inbox = new Inbox();
  inbox.handle({ snapshot: roomState() });
  inbox.handle({ event: { seq: 11, at: 5, feature: "polls", type: "opened" } });
  assert.deepEqual(inbox.state, { ...roomState(), seq: 11, at: 5 });
});
