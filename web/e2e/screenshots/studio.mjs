import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { drawnDevices } from "./devices.mjs";

export const LOCALES = ["en", "zh-CN"];
export const SCHEMES = ["light", "dark"];
export const SCREENS = {
  1440: { viewport: { width: 1440, height: 900 } },
  390: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 },
};
export const WIDTHS = Object.keys(SCREENS);
/** Text stays sharp, and the whole folder small enough for a repository. */
const QUALITY = { 1440: 80, 390: 60 };
/** Longer pages are cut: what follows is more of the same. */
const MAX_HEIGHT = 2000;
/** Menus and sheets have arrived by then; they move for a fifth of a second. */
const SETTLE_MS = 300;
/** Four cameras at once are much for a small machine. */
const PATIENCE_MS = 90_000;

/** A word that chooses a language, a size, or both: `en`, `390`, `en.390`. */
const LOOK = /^((en|zh)(\.(390|1440))?|390|1440)$/;

const fileOf = (name, { locale, width }) => `${name}.${locale.slice(0, 2)}.${width}`;

async function drawn(page) {
  await page.waitForTimeout(SETTLE_MS);
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
}

/** Where pictures are taken: a browser for each language and size, and the camera. */
export class Studio {
  constructor({ browsers, server, origin, demo, folder, wanted }) {
    Object.assign(this, { browsers, server, origin, demo, folder, wanted, failures: [] });
  }

  /** Whether this page, or one that begins so, was asked for in this language and size. */
  wants(name, look) {
    const looks = this.wanted.filter((word) => LOOK.test(word));
    const names = this.wanted.filter((word) => !LOOK.test(word));
    return (
      (looks.length === 0 || looks.some((word) => fileOf("", look).includes(`.${word}`))) &&
      (names.length === 0 || names.some((word) => name.includes(word) || word.startsWith(name)))
    );
  }

  /** `devices` as in `devices.mjs`. */
  async context({ locale, width }, { as = null, devices = "drawn", screen = SCREENS[width] } = {}) {
    const context = await this.browsers[locale].newContext({
      ...screen,
      locale,
      timezoneId: "Asia/Shanghai",
      reducedMotion: "reduce",
      permissions: ["camera", "microphone", "clipboard-read", "clipboard-write"],
    });
    context.setDefaultTimeout(PATIENCE_MS);
    await context.addInitScript({ content: drawnDevices(devices) });
    if (as) await context.addCookies(as.cookies.map((cookie) => ({ ...cookie, url: this.origin })));
    return context;
  }

  /** In each language and size. */
  async eachLook(take) {
    for (const locale of LOCALES) {
      for (const width of WIDTHS) await take({ locale, width });
    }
  }

  /** One page that cannot be taken does not cost the others. */
  async attempt(name, look, take) {
    if (!this.wants(name, look)) return;
    try {
      await take();
    } catch (error) {
      this.failures.push(`${fileOf(name, look)}: ${String(error).split("\n").slice(0, 4).join(" ")}`);
    }
  }

  /** Light and dark. Of a `whole` page also what lies below the edge of the screen. */
  async shoot(page, name, look, { whole = true, schemes = SCHEMES } = {}) {
    if (!this.wants(name, look)) return;
    const { width } = look;
    const size = page.viewportSize();
    const session = await page.context().newCDPSession(page);
    for (const scheme of schemes) {
      await page.emulateMedia({ colorScheme: scheme });
      // A meeting is dark by itself, whatever the system is.
      await page.evaluate((theme) => document.querySelector(".room") && (document.documentElement.dataset.theme = theme), scheme);
      await drawn(page);
      const height = await page.evaluate(() => document.documentElement.scrollHeight);
      const isLong = whole && height > size.height;
      // A longer window, rather than a picture beyond it: bars that stick to the edge stay there.
      if (isLong) await page.setViewportSize({ width: size.width, height: Math.min(height, MAX_HEIGHT) });
      await drawn(page);
      const clip = { x: 0, y: 0, ...page.viewportSize(), scale: SCREENS[width].deviceScaleFactor ?? 1 };
      const { data } = await session.send("Page.captureScreenshot", { format: "webp", quality: QUALITY[width], clip });
      if (isLong) await page.setViewportSize(size);
      const file = join(this.folder, `${fileOf(name, look)}.${scheme}.webp`);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, Buffer.from(data, "base64"));
    }
    await session.detach();
  }
}
