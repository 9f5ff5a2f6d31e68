import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { en } from "../src/text/en.ts";
import { zh } from "../src/text/zh-CN.ts";

type Message = string | { readonly one?: string; readonly other: string };

const sources = join(import.meta.dirname, "../src");
const code = readdirSync(sources, { recursive: true, encoding: "utf8" })
  .filter((name) => /\.tsx?$/.test(name) && !name.startsWith("text/en") && !name.startsWith("text/zh"))
  .map((name) => readFileSync(join(sources, name), "utf8"))
  .join("\n");

const formsOf = (message: Message): string[] => (typeof message === "string" ? [message] : Object.values(message));
const gapsOf = (message: Message): string[] => [...new Set(formsOf(message).flatMap((form) => form.match(/\{\w+\}/g) ?? []))].sort();

test("both languages say everything", () => {
  assert.deepEqual(Object.keys(zh).sort(), Object.keys(en).sort());
  for (const [key, message] of [...Object.entries<Message>(en), ...Object.entries<Message>(zh)]) {
    for (const form of formsOf(message)) assert.notEqual(form.trim(), "", key);
  }
});

test("a sentence has the same gaps in both languages", () => {
  for (const [key, message] of Object.entries<Message>(en)) {
    assert.deepEqual(gapsOf(zh[key as keyof typeof en]), gapsOf(message), key);
  }
});

test("a Chinese sentence is not an English one left over", () => {
  const names = new Set(["nav.webhooks", "hooks.one"]);
  for (const [key, message] of Object.entries<Message>(zh)) {
    if (names.has(key)) continue;
    for (const form of formsOf(message)) assert.match(form.replaceAll(/\{\w+\}/g, ""), /\p{Script=Han}|^[\s·/–]*$/u, key);
  }
});

test("every text is said somewhere", () => {
  const literal = new Set([...code.matchAll(/"([a-zA-Z_]+\.[a-zA-Z_.]+)"/g)].map(([, key]) => key));
  // t(`kind.${kind}`) says all keys that begin with "kind." and end as the pattern does.
  const patterns = [...code.matchAll(/`([a-zA-Z]+\.)\$\{[^}]+\}(\w*)`/g)].map(([, start = "", end = ""]) => ({ start, end }));
  const isSaid = (key: string) => literal.has(key) || patterns.some(({ start, end }) => key.startsWith(start) && key.endsWith(end));
  assert.deepEqual(Object.keys(en).filter((key) => !isSaid(key)), []);
});
