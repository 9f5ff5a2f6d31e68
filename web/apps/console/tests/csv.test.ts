import assert from "node:assert/strict";
import { test } from "node:test";
import { csvOf } from "../src/history/csv.ts";

test("a table becomes lines that spreadsheets read", () => {
  assert.equal(csvOf(["Name", "Came"], [["王芳", "09:00"]]), "\uFEFFName,Came\r\n王芳,09:00\r\n");
});

test("commas, quotes and line breaks stay within their cell", () => {
  assert.equal(csvOf(["a"], [['Li, "Lao"\nWei']]), '\uFEFFa\r\n"Li, ""Lao""\nWei"\r\n');
});

test("a name that begins as a formula is not run", () => {
  assert.equal(csvOf(["a"], [["=1+1"], ["@x"], ["-2"]]), "\uFEFFa\r\n'=1+1\r\n'@x\r\n'-2\r\n");
});
