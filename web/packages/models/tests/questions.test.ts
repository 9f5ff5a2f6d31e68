import assert from "node:assert/strict";
import { test } from "node:test";
import { inHeldOrder, movedCount } from "../src/index.ts";

const ofIds = (ids: string) => [...ids].map((id) => ({ id }));
const idsOf = (list: readonly { readonly id: string }[]) => list.map(({ id }) => id).join("");

test("while it is held, a list stays as it was shown, without what is gone, and the new at its end", () => {
  assert.equal(idsOf(inHeldOrder([..."abc"], ofIds("cba"))), "abc");
  assert.equal(idsOf(inHeldOrder([..."abc"], ofIds("ca"))), "ac");
  assert.equal(idsOf(inHeldOrder([..."abc"], ofIds("xcybaz"))), "abcxyz");
});

test("what has moved is counted by as few moves as lead to the new order", () => {
  const counts = { abcd: 0, dabc: 1, bcda: 1, badc: 2, dcba: 3 };
  for (const [wanted, moves] of Object.entries(counts)) assert.equal(movedCount([..."abcd"], [...wanted]), moves, wanted);
});
