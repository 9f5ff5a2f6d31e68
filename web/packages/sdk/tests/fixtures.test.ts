import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { type FeatureEvent, reduce, type RoomState } from "../src/index.ts";

/** Written by the server's tests, whose reducers make the same of them. */
const folder = join(import.meta.dirname, "../../../../fixtures/rooms");

interface Log {
  readonly before: RoomState;
  readonly events: readonly FeatureEvent[];
  readonly after: RoomState;
}

const logs = readdirSync(folder).filter((name) => name.endsWith(".json"));
assert.ok(logs.length > 0, `no logs in ${folder}`);

for (const name of logs) {
  test(`an old snapshot and the events of ${name} make the new snapshot`, () => {
    const { before, events, after } = JSON.parse(readFileSync(join(folder, name), "utf8")) as Log;
    const frozen = deepFrozen(before);
    const made = events.reduce(reduce, frozen);
    assert.deepEqual(content(made), content(renewed(events) ? onlyKnown(after, before) : after));
    assert.ok(made.seq <= after.seq);
  });
}

/** Without the number and time of the last event, which may have been one for others. */
const content = ({ seq: _seq, at: _at, ...rest }: RoomState) => rest;

/** Whose rights change gets a fresh snapshot after these events, in which features may have come. */
const renewed = (events: Log["events"]) => events.some(({ type }) => type === "rights_changed");
const onlyKnown = (after: RoomState, before: RoomState) =>
  Object.fromEntries(Object.entries(after).filter(([feature]) => feature in before)) as unknown as RoomState;

/** So that a reducer that changes what it was given is found out. */
function deepFrozen<T>(value: T): T {
  if (typeof value === "object" && value !== null) Object.values(value).forEach(deepFrozen);
  return Object.freeze(value);
}
