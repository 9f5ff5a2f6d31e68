import { signInPages } from "./doorstep.mjs";
import { met } from "./meeting.mjs";

/** Every page of the console. */
export async function consolePages(studio) {
  await studio.eachLook(async (look) => {
    await studio.attempt("console/session", look, () => met(studio, look.locale));
    await signInPages(studio, look);
    const demo = studio.demo[look.locale];
    const context = await studio.context(look, { as: demo.owner });
    const page = await context.newPage();
    for (const [name, pathOf, parts] of PAGES) await take(studio, page, look, { name, path: pathOf(demo), parts });
    await studio.attempt("console/error", look, async () => {
      await page.route("**/v1/people**", (route) => route.abort());
      await page.goto(`${studio.origin}/console/people`);
      await page.locator(".ui-empty").waitFor();
      await studio.shoot(page, "console/error", look);
    });
    await studio.attempt("console/api-reference", look, async () => {
      await page.goto(`${studio.origin}/docs`);
      await page.locator("h1").waitFor();
      await studio.shoot(page, "console/api-reference", look);
    });
    await context.close();
    await emptyPages(studio, look);
  });
}

/** A page, and then what opens on it. */
async function take(studio, page, look, { name, path, parts }) {
  await studio.attempt(`console/${name}`, look, async () => {
    await page.goto(`${studio.origin}/console${path}`);
    await settled(page);
    await studio.shoot(page, `console/${name}`, look);
    for (const [part, act] of Object.entries(parts)) {
      await act(page);
      await studio.shoot(page, `console/${name}-${part}`, look, { whole: false });
    }
  });
}

/** What a merchant sees on the first day. */
async function emptyPages(studio, look) {
  const context = await studio.context(look, { as: studio.demo.empty[look.locale] });
  const page = await context.newPage();
  for (const [name, path] of [["today", "/"], ["schedule", "/schedule"], ["history", "/history"], ["webhooks", "/webhooks"]]) {
    await studio.attempt(`console/empty-${name}`, look, async () => {
      await page.goto(`${studio.origin}/console${path}`);
      await page.locator(".ui-empty").waitFor();
      await studio.shoot(page, `console/empty-${name}`, look);
    });
  }
  await context.close();
}

/** The page is drawn, and nothing on it is still loading. */
export async function settled(page) {
  await page.locator("main h1").waitFor();
  await page.waitForFunction(() => !document.querySelector(".ui-skeletons, .page .ui-spinner"));
}

const primary = (page) => page.locator(".page-actions .ui-button-primary").first();
const open = async (page, button) => {
  await button.click();
  await page.locator(".ui-surface").waitFor();
};

/** Name, path, and what else is to be seen on it. */
export const PAGES = [
  ["today", () => "/", { create: (page) => open(page, primary(page)) }],
  ["schedule", () => "/schedule", {}],
  ["schedule-new", () => "/schedule/new", {}],
  [
    "room",
    ({ room }) => `/rooms/${room.id}`,
    {
      invite: (page) => open(page, page.locator(".ui-card").first().locator(".ui-card-header .ui-button")),
      qr: async (page) => {
        await page.keyboard.press("Escape");
        await page.locator(".ui-surface").waitFor({ state: "detached" });
        await page.locator(".ui-card .ui-list-item .ui-button-icon").first().click();
        await open(page, page.getByRole("menuitem").first());
      },
    },
  ],
  ["room-weekly", ({ planned }) => `/rooms/${planned.id}`, {}],
  ["templates", () => "/templates", {}],
  ["people", () => "/people", { add: (page) => open(page, primary(page)) }],
  ["history", () => "/history", { rooms: (page) => page.locator(".choice label").last().click() }],
  ["session", ({ session }) => `/history/${session}`, {}],
  ["api-keys", () => "/api-keys", { create: (page) => open(page, primary(page)) }],
  ["webhooks", () => "/webhooks", { add: (page) => open(page, primary(page)) }],
  ["webhook", ({ webhook }) => `/webhooks/${webhook.id}`, {}],
  ["settings", () => "/settings", {}],
  ["audit", () => "/audit", {}],
  ["tenants", () => "/tenants", { add: (page) => open(page, primary(page)) }],
  ["not-found", () => "/nowhere", {}],
];
