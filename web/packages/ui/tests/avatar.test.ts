import assert from "node:assert/strict";
import { test } from "node:test";
import { initialsOf } from "../src/components/initials.ts";

test("a Chinese name goes by its last two characters, another by first letters", () => {
  assert.equal(initialsOf("王芳"), "王芳");
  assert.equal(initialsOf("欧阳娜娜"), "娜娜");
  assert.equal(initialsOf("Ana Maria Silva"), "AS");
  assert.equal(initialsOf("ana"), "A");
  assert.equal(initialsOf("  "), "?");
});
