import { after, before } from "node:test";
import { chromium } from "playwright-core";
import { executablePath, FLAGS } from "./browser.mjs";
import { DESKTOP } from "./meet.mjs";
import { merchantOf } from "./merchant.mjs";
import { pagesFromDisk } from "./pages.mjs";
import { startServer } from "./server.mjs";

export const PASSWORD = "only-for-these-tests";

/**
 * One server, one browser and the owner of one tenant for a file of tests of the console. `open`
 * gives a page of it; all pages are closed by `leave`. What the server's settings need is started by
 * `prepare`, which answers them; `furnish` does what has to be done once before the tests.
 */
export function office({ settings = {}, prepare = async () => settings, furnish = async () => {} } = {}) {
  const place = { server: null, browser: null, owner: null, contexts: [] };
  before(async () => {
    // Links that the server makes lead to where the tests signed in: cookies know one host name.
    place.server = await startServer({ STOA_PUBLIC_URL: "http://127.0.0.1:${http}", ...(await prepare()) });
    place.owner = await merchantOf(place.server, { name: "Demo Owner", tenant: "demo" });
    place.browser = await chromium.launch({ executablePath, headless: true, args: FLAGS });
    await furnish();
  });
  after(async () => {
    await place.browser?.close();
    await place.server?.stop();
  });

  /** Opens a page as somebody, or as nobody, in a browser of his own. */
  place.open = async (path, { as = null, screen = DESKTOP, locale = "en", ...options } = {}) => {
    const context = await place.browser.newContext({
      ...screen,
      locale,
      timezoneId: "Asia/Shanghai",
      permissions: ["camera", "microphone", "clipboard-read", "clipboard-write"],
      ...options,
    });
    // Pages are slow where tests share few cores with builds; none of these tests is about speed.
    context.setDefaultTimeout(60_000);
    place.contexts.push(context);
    await pagesFromDisk(context, place.server.http);
    if (as) await context.addCookies(as.cookies);
    const page = await context.newPage();
    page.errors = [];
    page.on("pageerror", (error) => page.errors.push(String(error)));
    await page.goto(`${place.server.http}${path}`);
    return page;
  };

  place.leave = async () => {
    const contexts = place.contexts.splice(0);
    await Promise.all(contexts.map((context) => context.close().catch(() => {})));
  };
  return place;
}

/** Fills in the sign-in page. */
export async function signIn(page, email, password = PASSWORD) {
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}
