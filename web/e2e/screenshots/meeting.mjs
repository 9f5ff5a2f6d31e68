import { LOCALES, WIDTHS } from "./studio.mjs";

const FIGURES = ["supplier", "buyer", "quality"];
/** Guests are in the pictures, and nobody looks at their screens. */
const SMALL = { viewport: { width: 480, height: 320 } };
/** Cameras begin small and grow with what the network shows to carry. */
const SHARP_WITHIN_MS = 20_000;

/** A meeting of four in each language, seen by its host on each screen. */
export async function meetings(studio) {
  for (const locale of LOCALES) {
    const widths = WIDTHS.filter((width) => studio.wants("meet/meeting", { locale, width }));
    if (widths.length === 0) continue;
    const guests = [];
    await studio.attempt("meet/meeting", { locale, width: widths[0] }, async () => {
      const { words, room } = studio.demo[locale];
      for (const [at, name] of words.guests.entries()) {
        guests.push(await enter(studio, { locale }, room, { name, devices: FIGURES[at], screen: SMALL }));
      }
      // As usual, whoever does not speak is muted.
      for (const { page } of guests.slice(1)) await page.keyboard.press("Alt+KeyA");
      await talk(studio, locale, guests);
      await wonder(studio, locale, guests);
      await guests[1].say("hands.raise", {});
    });
    for (const width of widths) {
      const look = { locale, width };
      await studio.attempt("meet/meeting-alone", look, () => alone(studio, look));
      await studio.attempt("meet/meeting", look, () => withGuests(studio, look, guests));
    }
    for (const { context } of guests) await context.close();
  }
}

/** Sees to it that people have met, for the pages that show the past. */
export async function met(studio, locale) {
  const demo = studio.demo[locale];
  const past = async () => (await demo.owner.ask("GET", `/v1/rooms/${demo.room.id}/sessions`)).items[0]?.id;
  demo.session = await past();
  if (demo.session) return;
  const guests = [];
  for (const name of demo.words.guests) guests.push(await enter(studio, { locale }, demo.room, { name, screen: SMALL }));
  await talk(studio, locale, guests);
  await wonder(studio, locale, guests);
  for (const { context } of guests) await context.close();
  demo.session = await past();
}

async function alone(studio, look) {
  const { owner, quick } = studio.demo[look.locale];
  const host = await enter(studio, look, quick, { name: owner.name, as: owner });
  try {
    await host.page.locator(".room-alone").waitFor();
    await pictures(host.page, 1);
    await studio.shoot(host.page, "meet/meeting-alone", look, { whole: false });
  } finally {
    await host.context.close();
  }
}

/** What was said before the host looks. */
async function talk(studio, locale, guests) {
  const { words } = studio.demo[locale];
  for (const [at, text] of words.chat.entries()) {
    await guests[at % guests.length].say("chat.say", { id: crypto.randomUUID(), text, to: { kind: "all" } });
  }
}

/** Each asks, the others vote for the last question, and the host answers the first. */
async function wonder(studio, locale, guests) {
  const { words, owner, room } = studio.demo[locale];
  for (const [at, text] of words.questions.entries()) {
    await guests[at % guests.length].say("questions.ask", { id: `q${at}`, text });
  }
  const last = `q${words.questions.length - 1}`;
  for (const guest of guests.slice(0, 2)) await guest.say("questions.vote", { question: last, voted: true });
  await owner.ask("POST", `/v1/rooms/${room.id}/commands/questions.answer`, { question: "q0", text: words.answer });
}

async function withGuests(studio, look, guests) {
  const { owner, room } = studio.demo[look.locale];
  const host = await enter(studio, look, room, { name: owner.name, as: owner });
  const visit = { studio, look, page: host.page, guests, shoot: (name, schemes) => studio.shoot(host.page, `meet/${name}`, look, { whole: false, ...(schemes && { schemes }) }) };
  try {
    await pictures(host.page, 4);
    await sharp(host.page);
    await quiet(host.page);
    await visit.shoot("meeting");
    await panels(visit);
    await menus(visit);
    await sharedScreen(visit);
    await leave(visit);
  } finally {
    await host.context.close();
  }
}

async function panels({ studio, look, page, shoot }) {
  const { ui } = studio.demo[look.locale].words;
  for (const [name, keys] of [["people", "Alt+KeyP"], ["chat", "Alt+KeyC"], ["statistics", "Alt+KeyT"]]) {
    await page.keyboard.press(keys);
    await opened(page);
    // Rates are known from the second sample on.
    if (name === "statistics") await page.waitForTimeout(2500);
    await shoot(`meeting-${name}`);
    await closed(page);
  }
  for (const name of ["questions", "files", "agenda"]) {
    if (look.width === "390") {
      await page.locator(".room-more").click();
      await page.locator(".room-more-list").first().waitFor();
    }
    await page.getByRole("button", { name: ui[name], exact: true }).click();
    await opened(page);
    await shoot(`meeting-${name}`);
    if (name === "questions") {
      await page.getByRole("tab").nth(1).click();
      await shoot("meeting-questions-answered");
    }
    await closed(page);
  }
}

async function menus({ page, shoot }) {
  // The menu says which appearance it would change to; so it is changed.
  for (const [scheme, icon] of [["dark", "sun"], ["light", "moon"]]) {
    await page.locator(".room-more").click();
    await page.locator(".room-emojis").waitFor();
    await shoot("meeting-more", [scheme]);
    await page.locator(`.room-more-row:has(.lucide-${icon})`).click();
    await page.locator(".room-emojis").waitFor({ state: "detached" });
  }
  await page.keyboard.press("Alt+KeyK");
  await page.locator(".room-keys").waitFor();
  await shoot("meeting-shortcuts");
  await page.keyboard.press("Escape");
  await page.locator(".room-keys").waitFor({ state: "detached" });
}

/** Somebody shows a sheet of samples, and the host marks one. */
async function sharedScreen({ page, guests, shoot }) {
  // Else the button of the menu that was open shows its tooltip.
  await page.evaluate(() => document.activeElement?.blur());
  await guests[0].page.keyboard.press("Alt+KeyS");
  await page.locator('.room-tile[data-source="screen_share"] video').waitFor();
  await sharp(page);
  await quiet(page);
  await shoot("meeting-shared-screen");
  await page.keyboard.press("Alt+KeyN");
  const surface = page.locator('.room-tile[data-source="screen_share"]');
  await surface.locator(".room-pad").waitFor();
  await page.waitForTimeout(500);
  await draw(page, "ellipse", [[0.36, 0.21], [0.64, 0.71]]);
  await draw(page, "arrow", [[0.72, 0.62], [0.64, 0.77]]);
  await shoot("meeting-drawing");
  await page.keyboard.press("Alt+KeyN");
  await surface.locator(".room-pad").waitFor({ state: "detached" });
  await guests[0].page.keyboard.press("Alt+KeyS");
  await surface.waitFor({ state: "detached" });
}

/** With that tool, from corner to corner in parts of the sheet's picture, which keeps its shape in the tile. */
async function draw(page, tool, [from, to]) {
  await page.locator(`.room-tool:has(.lucide-${TOOL_ICONS[tool]})`).click();
  const tile = await page.locator('.room-tile[data-source="screen_share"]').boundingBox();
  const scale = Math.min(tile.width / 16, tile.height / 9);
  const at = ([x, y]) => [
    tile.x + tile.width / 2 + (x - 0.5) * 16 * scale,
    tile.y + tile.height / 2 + (y - 0.5) * 9 * scale,
  ];
  await page.mouse.move(...at(from));
  await page.mouse.down();
  await page.mouse.move(...at(to), { steps: 12 });
  await page.mouse.up();
}
const TOOL_ICONS = { ellipse: "circle", arrow: "move-up-right" };

async function leave({ page, shoot }) {
  await page.locator(".room-leave").click();
  await page.locator(".ui-surface").waitFor();
  await shoot("meeting-leave");
  await page.locator(".room-leave-choices button").first().click();
  await page.locator(".room-bar").waitFor({ state: "detached" });
  await page.locator("h1").waitFor();
  await shoot("meeting-farewell");
}

/** The menu that opened it may still be on its way out. */
const opened = async (page) => {
  await page.locator(".room-panel, .ui-sheet[data-open]").waitFor();
  // Nothing that a click has left under the pointer shall look pointed at.
  await page.mouse.move(0, 0);
};

async function closed(page) {
  await page.keyboard.press("Escape");
  await page.waitForFunction(() => !document.querySelector(".room-panel, .ui-sheet"));
}

/** Waits until so many pictures move. */
const pictures = (page, count) =>
  page.waitForFunction(
    (least) => [...document.querySelectorAll(".room video")].filter((video) => video.videoWidth > 0 && video.currentTime > 0).length >= least,
    count,
    { timeout: 60_000 },
  );

/** Waits until every picture has come to a fair size; a slow machine may never get there, and that is a picture too. */
const sharp = (page) =>
  page
    .waitForFunction(
      () => [...document.querySelectorAll(".room video")].every((video) => video.videoWidth >= Math.min(600, video.clientWidth)),
      undefined,
      { timeout: SHARP_WITHIN_MS },
    )
    .catch(() => {});

/** What was announced on entering has gone, and what a busy machine makes of the network. */
const quiet = (page) =>
  page.waitForFunction(() => !document.querySelector(".room-notice, .room-strip"), undefined, { timeout: SHARP_WITHIN_MS }).catch(() => {});

async function enter(studio, look, room, { name, devices = "drawn", as = null, screen }) {
  const context = await studio.context(look, { devices, as, ...(screen && { screen }) });
  const page = await context.newPage();
  await page.goto(`${studio.origin}/j/${room.link.code}`);
  await page.locator(".meet-welcome form input").first().fill(name);
  await page.locator(".room-verdict[data-grade]").waitFor();
  await page.locator(".room-preview video, .room-preview-none:not(:has(.ui-spinner))").first().waitFor();
  // On a busy machine the network looks weak, and the page switches the camera off.
  if ((await page.locator(".room-preview video").count()) === 0) await page.locator(".room-preview .room-round").nth(1).click();
  await page.locator(".room-preview video").waitFor();
  const [answer] = await Promise.all([
    page.waitForResponse((response) => response.request().method() === "POST" && response.url().includes("/v1/join/")),
    page.locator(".meet-enter button").click(),
  ]);
  const { token } = await answer.json();
  await page.locator(".room-bar").waitFor({ timeout: 60_000 });
  /** A command of this person, by the door for those who have a token. */
  const say = async (method, params) => {
    const response = await fetch(`${studio.server.http}/room/commands/${method}`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify(params),
    });
    if (!response.ok) throw new Error(`${method}: ${response.status} ${await response.text()}`);
  };
  return { context, page, say };
}
