import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

const root = join(import.meta.dirname, "../../../..");

/** A block of code below a comment with a path is that file. */
const BLOCK = /<!-- (web\/packages\/sdk\/examples\/\S+) -->\n```ts\n([^`]*(?:`(?!``)[^`]*)*)```/g;

for (const document of ["embed-a-room-in-a-page.md", "create-rooms-from-a-server.md"]) {
  test(`the code in ${document} is the example that the tests run`, () => {
    const blocks = [...readFileSync(join(root, "docs/how-to", document), "utf8").matchAll(BLOCK)];
    assert.equal(blocks.length, 1);
    for (const [, path = "", code] of blocks) assert.equal(code, readFileSync(join(root, path), "utf8"));
  });
}
