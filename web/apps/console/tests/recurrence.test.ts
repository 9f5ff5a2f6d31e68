import assert from "node:assert/strict";
import { test } from "node:test";
import { fromRule, REPEATS, toRule } from "../src/time/recurrence.ts";

const TUESDAY = "2026-12-01";

test("what the form says is what it reads back", () => {
  for (const repeat of REPEATS) {
    for (const until of [null, "2027-03-31"]) {
      const weekdays = repeat === "weekly" || repeat === "fortnightly" ? [1, 3] : [];
      const end = repeat === "never" ? null : until;
      const rule = toRule({ repeat, weekdays, until: end }, TUESDAY);
      assert.deepEqual(fromRule(rule), { repeat, weekdays, until: end }, String(rule));
    }
  }
});

test("a weekly rule always names the first day's weekday", () => {
  assert.equal(toRule({ repeat: "weekly", weekdays: [4], until: null }, TUESDAY), "FREQ=WEEKLY;BYDAY=TU,FR");
});

test("a rule from elsewhere that the form cannot show is not mistaken for one that it can", () => {
  for (const rule of ["FREQ=MONTHLY;BYDAY=2TU", "FREQ=YEARLY", "FREQ=DAILY;INTERVAL=3", "FREQ=DAILY;COUNT=5"]) {
    assert.equal(fromRule(rule), null, rule);
  }
});
