import assert from "node:assert/strict";
import { test } from "node:test";
import { arrangeFocus, arrangeGrid, arrangeScreen, gridFor, type Rect } from "../src/index.ts";

const DESK = { width: 1440, height: 800 };
const PHONE = { width: 360, height: 640 };
const keys = (count: number) => Array.from({ length: count }, (_, at) => `k${at}`);

test("on a desk two stand side by side, on an upright phone one above the other", () => {
  assert.deepEqual([gridFor(2, DESK).columns, gridFor(2, DESK).rows], [2, 1]);
  assert.deepEqual([gridFor(2, PHONE).columns, gridFor(2, PHONE).rows], [1, 2]);
});

test("four make a square, nine a larger one, on a desk", () => {
  assert.deepEqual([gridFor(4, DESK).columns, gridFor(9, DESK).columns], [2, 3]);
});

test("what cannot be read any more goes to the next page, and every page has the same cells", () => {
  const grid = gridFor(40, PHONE);
  assert.equal(grid.per_page, 8);
  assert.equal(grid.pages, 5);
  assert.ok(grid.tile.width >= 140);
  assert.deepEqual(gridFor(41, PHONE).tile, grid.tile);
  assert.equal(gridFor(100, DESK).per_page, 25);
});

test("a container without size has a page all the same", () => {
  assert.deepEqual(gridFor(0, { width: 0, height: 0 }).pages, 1);
  assert.equal(gridFor(3, { width: 0, height: 0 }).per_page, 1);
});

const overlap = (a: Rect, b: Rect) =>
  a.left < b.left + b.width - 0.01 &&
  b.left < a.left + a.width - 0.01 &&
  a.top < b.top + b.height - 0.01 &&
  b.top < a.top + a.height - 0.01;

test("in any container tiles are inside of it, of a shape for faces, and never over one another", () => {
  for (const width of [320, 360, 768, 1024, 1440, 2560]) {
    for (const height of [320, 480, 640, 900, 1400]) {
      for (const count of [1, 2, 3, 5, 7, 12, 25, 60]) {
        for (const [kind, rects] of [
          ["grid", arrangeGrid(keys(count), { width, height }).rects],
          ["focus", arrangeFocus("k0", keys(count), { width, height }).rects],
          ["screen", arrangeScreen("k0", keys(count), { width, height }).rects],
        ] as const) {
          const at = `${kind} of ${count} in ${width}×${height}`;
          const all = [...rects.values()];
          for (const rect of all) {
            assert.ok(rect.left >= -0.01 && rect.left + rect.width <= width + 0.01, at);
            assert.ok(rect.top >= -0.01 && rect.top + rect.height <= height + 0.01, at);
            const shape = rect.width / rect.height;
            if (kind === "grid") assert.ok(shape > 0.74 && shape < 1.78, `${at}: ${shape}`);
          }
          all.forEach((a, i) => all.slice(i + 1).forEach((b) => assert.ok(!overlap(a, b), at)));
        }
      }
    }
  }
});

test("every tile is on exactly one page", () => {
  const all = keys(30);
  const seen = [0, 1, 2, 3].flatMap((page) => [...arrangeGrid(all, PHONE, page).rects.keys()]);
  assert.deepEqual(seen, all);
  assert.equal(arrangeGrid(all, PHONE, 99).page, 3);
});

test("the large tile is on every page of its strip", () => {
  const first = arrangeFocus("k3", keys(30), DESK, 0);
  const second = arrangeFocus("k3", keys(30), DESK, 1);
  assert.ok(first.rects.has("k3") && second.rects.has("k3"));
  assert.ok(first.rects.has("k0") && !second.rects.has("k0"));
  assert.deepEqual(arrangeFocus("k0", ["k0"], DESK).rects.get("k0"), { left: 0, top: 0, ...DESK });
});

test("on a phone the others have the place that a shared screen would leave empty", () => {
  const { rects, pages } = arrangeScreen("k0", keys(5), PHONE);
  assert.equal(pages, 1);
  assert.equal(rects.size, 5);
  assert.deepEqual(rects.get("k0"), { left: 0, top: 0, width: PHONE.width, height: (PHONE.width * 3) / 4 });
  assert.deepEqual(arrangeScreen("k0", keys(5), DESK), arrangeFocus("k0", keys(5), DESK), "a desk has a strip beside it");
});
