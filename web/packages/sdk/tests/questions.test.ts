import assert from "node:assert/strict";
import { test } from "node:test";
import { byVotes, type Question } from "../src/index.ts";

const question = (id: string, votes: number, at: number): Question => ({
  id,
  from: null,
  at,
  text: `Question ${id}`,
  votes,
  answer: null,
});

test("questions are read by votes, and of equal ones the older first", () => {
  const asked = [question("old", 1, 10), question("new", 1, 30), question("none", 0, 5), question("most", 7, 20)];
  assert.deepEqual(
    byVotes(asked).map(({ id }) => id),
    ["most", "old", "new", "none"],
  );
  assert.equal(asked[0]?.id, "old", "the state keeps its own order");
});
