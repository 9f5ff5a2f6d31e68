import { createServer } from "node:http";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { chromium } from "playwright-core";
import { inUrl } from "./server.mjs";

export const executablePath = process.env.CHROMIUM ?? ["/usr/bin/chromium", "/usr/bin/google-chrome"].find(existsSync);

export const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--use-fake-device-for-media-stream=fps=30",
  "--use-fake-ui-for-media-stream",
  "--autoplay-policy=no-user-gesture-required",
  // Without it Chromium offers no candidate that reaches 127.0.0.1.
  "--allow-loopback-in-peer-connection",
  // A page in the background would otherwise paint once a second and look like a freeze.
  "--disable-background-timer-throttling",
  "--disable-renderer-backgrounding",
  "--disable-backgrounding-occluded-windows",
];

const livekit = dirname(createRequire(import.meta.url).resolve("livekit-client"));
const files = {
  "/": [join(import.meta.dirname, "../page/index.html"), "text/html"],
  "/harness.js": [join(import.meta.dirname, "../page/harness.js"), "text/javascript"],
  "/livekit.js": [join(livekit, "livekit-client.umd.js"), "text/javascript"],
  "/e2ee-worker.js": [join(livekit, "livekit-client.e2ee.worker.js"), "text/javascript"],
};

/**
 * A browser whose pages each hold one client; see `page/harness.js` for what a client can do. The
 * pages come from `host`, an address of this namespace that `program` can reach.
 */
export async function startBrowser(flags = [], { program = executablePath, host = "127.0.0.1" } = {}) {
  const pages = createServer(async (request, response) => {
    const file = files[new URL(request.url, "http://localhost").pathname];
    if (!file) return response.writeHead(404).end();
    response.writeHead(200, { "content-type": file[1] }).end(await readFile(file[0]));
  });
  await new Promise((done) => pages.listen(0, host, done));
  const origin = `http://${inUrl(host)}:${pages.address().port}`;
  // What the SDK needs of a secure page it has at any address.
  const trusted = `--unsafely-treat-insecure-origin-as-secure=${origin}`;
  const browser = await chromium.launch({ executablePath: program, headless: true, args: [...FLAGS, trusted, ...flags] });
  return {
    browser,
    /** `prepare` may do something with the page before it is opened. */
    async client(prepare = async () => {}) {
      const page = await browser.newPage();
      await prepare(page);
      await page.goto(origin);
      return new Client(page);
    },
    /**
     * The same on a page of the server at `site`: what a browser has for that already, such as an open
     * connection, is there for the client.
     */
    async visitor(site) {
      const page = await browser.newPage();
      await page.goto(`${site}/docs`, { waitUntil: "networkidle" });
      // By the debugger's door: the page's policy lets no foreign script in.
      for (const path of ["/livekit.js", "/harness.js"]) await page.evaluate(await readFile(files[path][0], "utf8"));
      return new Client(page);
    },
    async stop() {
      await browser.close();
      pages.close();
    },
  };
}

class Client {
  constructor(page) {
    this.page = page;
    this.console = [];
    page.on("console", (message) => this.console.push(message.text()));
    page.on("pageerror", (error) => this.console.push(`page error: ${error}`));
    // `client.connect({...})` calls `harness.connect({...})` in the page.
    return new Proxy(this, {
      get: (target, name) =>
        name in target || typeof name !== "string" || name === "then"
          ? target[name]
          : (argument) => target.run(name, argument),
    });
  }

  run(name, argument) {
    return this.page.evaluate(([name, argument]) => window.harness[name](argument), [name, argument]);
  }

  close() {
    return this.page.close();
  }
}

/** Asks again until the answer passes, and fails with the last answer. */
export async function eventually(ask, passes = Boolean, { within = 15_000, what = "" } = {}) {
  const deadline = Date.now() + within;
  let last;
  do {
    try {
      last = await ask();
      if (passes(last)) return last;
    } catch (error) {
      last = error;
    }
    await new Promise((done) => setTimeout(done, 100));
  } while (Date.now() < deadline);
  const shown = last instanceof Error ? last.stack : JSON.stringify(last);
  throw new Error(`did not come true within ${within} ms: ${what} – last seen: ${shown}`);
}
