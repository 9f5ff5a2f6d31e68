import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join as path } from "node:path";
import { after, before, test } from "node:test";
import { eventually, startBrowser } from "../lib/browser.mjs";
import { binary, withoutSettings } from "../lib/server.mjs";

/** `stoa serve --dev` as a newcomer starts it, on its well-known ports. */
let server;
let browser;
let link;
before(async () => {
  const folder = await mkdtemp(path(tmpdir(), "stoa-page-"));
  server = spawn(binary, ["serve", "--dev"], {
    cwd: folder,
    env: withoutSettings(process.env),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [server.stdout, server.stderr]) stream.on("data", (chunk) => (output += chunk));
  link = await eventually(() => output.match(/http:\/\/localhost:7880\/call\/\S*/)?.[0], Boolean, { what: "a link is printed" });
  await eventually(() => fetch("http://127.0.0.1:7880/readyz").then((r) => r.ok), Boolean, { what: "ready" });
  browser = await startBrowser();
});
after(async () => {
  await browser?.stop();
  if (server?.exitCode === null) {
    server.kill("SIGKILL");
    await once(server, "exit");
  }
});

async function enter(name, language, viewport) {
  const context = await browser.browser.newContext({ viewport, locale: language, permissions: ["camera", "microphone"] });
  const page = await context.newPage();
  const errors = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  await page.goto(link);
  await page.locator("#name").fill(name);
  await page.locator("#join").click();
  await page.locator("#tiles").waitFor();
  return { page, errors };
}

const moving = (page) =>
  page.evaluate(async () => {
    const videos = [...document.querySelectorAll(".tile video")];
    const frames = () => videos.map((video) => video.getVideoPlaybackQuality().totalVideoFrames);
    const before = frames();
    await new Promise((done) => setTimeout(done, 1000));
    return frames().filter((count, at) => count > before[at]).length;
  });

test("two browsers that open the printed link see each other, in English and in Chinese", async () => {
  const a = await enter("Ana", "en", { width: 1440, height: 900 });
  const b = await enter("王芳", "zh-CN", { width: 390, height: 844 });
  for (const { page } of [a, b]) {
    await eventually(() => moving(page), (count) => count === 2, { what: "both pictures move", within: 25_000 });
  }
  await a.page.getByText("王芳").waitFor();
  await b.page.getByText("Ana").waitFor();
  await a.page.getByRole("button", { name: "Statistics" }).click();
  await a.page.locator(".statistics", { hasText: /[1-9]\d* kbps/ }).waitFor();
  await b.page.getByRole("button", { name: "离开" }).click();
  await a.page.getByText("Waiting for the second person").waitFor();
  assert.deepEqual([...a.errors, ...b.errors], []);
});
