import assert from "node:assert/strict";
import { test } from "node:test";
import { cityIn } from "../src/time/cities.ts";
import { comfortOf, instantOf, localTimeOf, offsetName } from "../src/time/zones.ts";

test("a local time is the moment at which the zone's clocks show it", () => {
  assert.equal(instantOf("2026-12-01T15:00", "Asia/Shanghai").toISOString(), "2026-12-01T07:00:00.000Z");
  assert.equal(instantOf("2026-07-01T15:00", "America/New_York").toISOString(), "2026-07-01T19:00:00.000Z");
  assert.equal(instantOf("2026-12-01T15:00", "America/New_York").toISOString(), "2026-12-01T20:00:00.000Z");
  assert.equal(instantOf("2026-12-01T15:00", "Asia/Kolkata").toISOString(), "2026-12-01T09:30:00.000Z");
});

test("a time that the spring change leaves out is taken as long after it", () => {
  // 2026-03-29: Berlin's clocks go from 02:00 to 03:00 at 01:00 UTC.
  assert.equal(instantOf("2026-03-29T02:30", "Europe/Berlin").toISOString(), "2026-03-29T01:30:00.000Z");
  assert.equal(localTimeOf(instantOf("2026-03-29T02:30", "Europe/Berlin"), "Europe/Berlin"), "2026-03-29T03:30");
});

test("of a time that comes twice in autumn the first is meant", () => {
  // 2026-10-25: Berlin's clocks go from 03:00 back to 02:00 at 01:00 UTC.
  assert.equal(instantOf("2026-10-25T02:30", "Europe/Berlin").toISOString(), "2026-10-25T00:30:00.000Z");
});

test("every half hour of a year survives the way to a moment and back", () => {
  for (const zone of ["Asia/Shanghai", "America/Los_Angeles", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"]) {
    for (let at = Date.UTC(2026, 0, 1); at < Date.UTC(2027, 0, 1); at += 30 * 60_000) {
      const local = localTimeOf(new Date(at), zone);
      assert.equal(localTimeOf(instantOf(local, zone), zone), local, `${zone} ${local}`);
    }
  }
});

test("the other side's hour is judged by their clocks", () => {
  const at = instantOf("2026-12-01T15:00", "Asia/Shanghai");
  assert.equal(comfortOf(at, "Asia/Shanghai"), "working");
  assert.equal(comfortOf(at, "Europe/Berlin"), "early_or_late");
  assert.equal(comfortOf(at, "America/Los_Angeles"), "night");
  assert.equal(offsetName("Asia/Kolkata", at), "UTC+5:30");
  assert.equal(offsetName("America/Los_Angeles", at), "UTC−8");
});

test("a city is called as the reader calls it, where we know that", () => {
  assert.equal(cityIn("zh-CN", "America/New_York"), "纽约");
  assert.equal(cityIn("en", "America/New_York"), "New York");
  assert.equal(cityIn("zh-CN", "America/Argentina/Ushuaia"), "Ushuaia");
});
