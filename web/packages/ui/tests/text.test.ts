import assert from "node:assert/strict";
import { test } from "node:test";
import { formatIn } from "../src/i18n/format.ts";
import { nearestLocale } from "../src/i18n/locale.tsx";
import { fill } from "../src/i18n/text.ts";
import { messages } from "../src/text.ts";

test("the nearest language is spoken", () => {
  assert.equal(nearestLocale(["de-DE", "zh-TW", "en"]), "zh-CN");
  assert.equal(nearestLocale(["en-AU", "zh"]), "en");
  assert.equal(nearestLocale(["fr"]), "en");
});

test("gaps are filled, numbers as the language writes them", () => {
  assert.equal(fill("{name} sent {n} files", { name: "Ana", n: 12000 }, "en"), "Ana sent 12,000 files");
  assert.equal(fill({ one: "{count} file", other: "{count} files" }, { count: 1 }, "en"), "1 file");
  assert.equal(fill({ one: "{count} file", other: "{count} files" }, { count: 0 }, "en"), "0 files");
  assert.equal(fill({ other: "{count} 个文件" }, { count: 1 }, "zh-CN"), "1 个文件");
});

test("what a name contains is not taken for a gap", () => {
  assert.equal(fill("Hello {name}", { name: "{count}" }, "en"), "Hello {count}");
});

test("components speak both languages", () => {
  assert.deepEqual(Object.keys(messages["zh-CN"]), Object.keys(messages.en));
});

test("times are written in the zone that is asked for", () => {
  const at = "2026-12-01T07:00:00Z";
  assert.equal(formatIn("en").time(at, "Asia/Shanghai"), "15:00");
  assert.equal(formatIn("zh-CN").time(at, "America/Los_Angeles"), "23:00");
  assert.match(formatIn("zh-CN").day(at, "America/Los_Angeles"), /11月30日/);
});

test("lengths and sizes are written in words", () => {
  assert.equal(formatIn("en").minutes(90), "1 hr 30 min");
  assert.equal(formatIn("en").minutes(0), "0 min");
  assert.equal(formatIn("en").bytes(1_500_000), "1.5 MB");
});

test("a past moment is told from a coming one", () => {
  const now = new Date("2026-12-01T07:00:00Z");
  assert.equal(formatIn("en").ago("2026-12-01T06:55:00Z", now), "5 minutes ago");
  assert.equal(formatIn("en").ago("2026-12-01T07:10:00Z", now), "in 10 minutes");
});
