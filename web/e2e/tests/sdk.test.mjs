import assert from "node:assert/strict";
import { createServer } from "node:http";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { rolldown } from "rolldown";
import { eventually, startBrowser } from "../lib/browser.mjs";
import { startServer } from "../lib/server.mjs";

/** The SDK's example, bundled as a page of somebody else's would be. */
const example = join(import.meta.dirname, "../../packages/sdk/examples/hello.ts");

let server;
let browser;
let pages;
before(async () => {
  server = await startServer();
  browser = await startBrowser();
  const bundle = await rolldown({ input: example, platform: "browser" });
  const { output } = await bundle.generate({ format: "esm" });
  pages = createServer((request, response) => {
    const isScript = request.url.startsWith("/hello.js");
    response.writeHead(200, { "content-type": isScript ? "text/javascript" : "text/html" });
    response.end(isScript ? output[0].code : '<!doctype html><body><script type="module" src="/hello.js"></script>');
  });
  await new Promise((done) => pages.listen(0, "127.0.0.1", done));
});
after(async () => {
  await browser?.stop();
  pages?.close();
  await server?.stop();
});

async function open(identity) {
  const page = await browser.browser.newPage();
  const errors = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  const token = await server.token(identity, "sdk-example");
  const query = new URLSearchParams({ server: server.url, token });
  await page.goto(`http://127.0.0.1:${pages.address().port}/?${query}`);
  return { page, errors };
}

const said = (page) => page.locator("li").allTextContents();

test("the twenty lines of the SDK's example enter a room, see who is there, and hear what is said", async () => {
  const ana = await open("ana");
  await eventually(() => said(ana.page), (lines) => lines.includes("ana: Hello, this is ana"), { what: "ana hears herself" });
  const ben = await open("ben");
  const hello = "ben: Hello, this is ben";
  await eventually(() => said(ana.page), (lines) => lines.includes(hello), { what: "ana hears ben" });
  await eventually(() => said(ben.page), (lines) => lines.includes(hello), { what: "ben hears himself" });
  for (const { page } of [ana, ben]) {
    await eventually(() => page.locator("h1").textContent(), (names) => names === "ana, ben", { what: "both are listed" });
  }
  await ben.page.close();
  await eventually(() => ana.page.locator("h1").textContent(), (names) => names === "ana", { what: "ben has left" });
  assert.deepEqual([...ana.errors, ...ben.errors], []);
});
