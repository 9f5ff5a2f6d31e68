import assert from "node:assert/strict";
import { test } from "node:test";
import { csvOf, localTime } from "../src/history/csv.ts";

test("a table becomes lines that spreadsheets read", () => {
  assert.equal(csvOf(["Name", "Came"], [["王芳", "09:00"]]), "\uFEFFName,Came\r\n王芳,09:00\r\n");
});

test("commas, quotes and line breaks stay within their cell", () => {
  assert.equal(csvOf(["a"], [['Li, "Lao"\nWei']]), '\uFEFFa\r\n"Li, ""Lao""\nWei"\r\n');
});

test("a name that begins as a formula is not run", () => {
  assert.equal(csvOf(["a"], [["=1+1"], ["@x"], ["-2"]]), "\uFEFFa\r\n'=1+1\r\n'@x\r\n'-2\r\n");
});

test("times are written as spreadsheets read them, by the clocks of the reader", () => {
  assert.equal(localTime(new Date(2026, 10, 3, 9, 5, 0).getTime()), "2026-11-03 09:05:00");
});
