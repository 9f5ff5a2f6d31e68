import assert from "node:assert/strict";
import { test } from "node:test";
import { attendeesOf, cameAt, leftAt, type Stay } from "../src/history/attendance.ts";

const at = (time: string) => `2026-11-20T${time}:00Z`;
const ms = (time: string) => Date.parse(at(time));
const stay = (identity: string, from: string, to: string | null): Stay => ({
  identity,
  name: identity,
  role: "member",
  joined_at: at(from),
  left_at: to === null ? null : at(to),
});

const NOW = ms("10:00");
const goingOn = (...attendance: Stay[]) => ({ attendance, ended_at: null });

test("who came twice is one person, whose times add up", () => {
  const [ann, ...others] = attendeesOf(goingOn(stay("ann", "09:00", "09:10"), stay("ann", "09:30", "09:50")), NOW);
  assert.ok(ann);
  assert.deepEqual(others, []);
  assert.equal(ann.presences.length, 2);
  assert.equal(ann.stayedMs, 30 * 60_000);
  assert.deepEqual([cameAt(ann), leftAt(ann)], [ms("09:00"), ms("09:50")]);
});

test("a second device does not count twice", () => {
  const [ann] = attendeesOf(goingOn(stay("ann", "09:00", "09:20"), stay("ann", "09:10", "09:15"), stay("ann", "09:20", "09:30")), NOW);
  assert.deepEqual(ann?.presences, [{ from: ms("09:00"), to: ms("09:30") }]);
});

test("who is still there has stayed until now", () => {
  const [ann] = attendeesOf(goingOn(stay("ann", "09:00", null)), NOW);
  assert.equal(ann?.isThere, true);
  assert.equal(ann?.stayedMs, 60 * 60_000);
});

test("nobody is still in a session that has ended", () => {
  const [ann] = attendeesOf({ attendance: [stay("ann", "09:00", null)], ended_at: at("09:30") }, NOW);
  assert.deepEqual(ann?.presences, [{ from: ms("09:00"), to: ms("09:30") }]);
  assert.equal(ann?.isThere, false);
});

test("people are in the order of coming", () => {
  const stays = [stay("ben", "09:05", "09:10"), stay("ann", "09:00", "09:02"), stay("ann", "09:20", "09:30")];
  assert.deepEqual(
    attendeesOf(goingOn(...stays), NOW).map(({ identity }) => identity),
    ["ann", "ben"],
  );
});
