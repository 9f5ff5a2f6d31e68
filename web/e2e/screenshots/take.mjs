/**
 * Photographs every page of the console and of the meeting app, as a real server serves them, into
 * docs/screenshots. `cargo xtask screenshots` runs it; words after it choose pages by their names,
 * and languages and sizes: `meeting en.390`.
 */
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { chromium } from "playwright-core";
import { executablePath, FLAGS } from "../lib/browser.mjs";
import { frontOf } from "../lib/front.mjs";
import { startServer } from "../lib/server.mjs";
import { consolePages } from "./console.mjs";
import { fonts } from "./fonts.mjs";
import { furnish } from "./furnish.mjs";
import { writeIndex } from "./gallery.mjs";
import { meetPages } from "./meet.mjs";
import { LOCALES, Studio } from "./studio.mjs";

const folder = resolve(import.meta.dirname, "../../../docs/screenshots");
const wanted = process.argv.slice(2);

/** Nobody's address, which the browser finds here: links in the pictures look as links do. */
const HOST = "meet.example.com";

const server = await startServer({
  STOA_PUBLIC_URL: `http://${HOST}`,
  // Their buttons are on the sign-in page; nobody presses them here.
  STOA_MAIL_HOST: "smtp.example.com",
  STOA_MAIL_FROM: "no-reply@example.com",
  STOA_AUTH_OIDC_NAME: "Demo Login",
  STOA_AUTH_OIDC_ISSUER: "https://login.example.com",
  STOA_AUTH_OIDC_CLIENT_ID: "stoa",
});
const front = await frontOf(server);
const typeface = await fonts();
inOwnLanguage();
const browsers = {};
for (const locale of LOCALES) browsers[locale] = await startBrowser(locale);
try {
  const studio = new Studio({ browsers, server, origin: `http://${HOST}`, demo: await furnish(server), folder, wanted });
  if (wanted.length === 0) {
    for (const app of ["console", "meet"]) await rm(join(folder, app), { recursive: true, force: true });
  }
  // The meeting first: it leaves behind what the console shows of the past.
  await meetPages(studio);
  await consolePages(studio);
  await writeIndex(folder);
  for (const line of studio.failures) console.error(`not taken: ${line}`);
  process.exitCode = studio.failures.length > 0 ? 1 : 0;
} finally {
  for (const browser of Object.values(browsers)) await browser.close();
  front.close();
  await server.stop();
  await typeface.remove();
}

/** Without these files Chromium speaks English, and so do the fields for dates. */
function inOwnLanguage() {
  const folder = "/usr/lib/chromium/locales";
  if (existsSync(folder) && !existsSync(`${folder}/zh-CN.pak`)) {
    throw new Error("Chromium speaks no Chinese; install with `apt-get install chromium-l10n`");
  }
}

/**
 * In its own language, which Debian has in chromium-l10n, it also writes dates and times in fields,
 * which are its own and not the page's.
 */
function startBrowser(locale) {
  return chromium.launch({
    executablePath,
    headless: true,
    args: [
      ...FLAGS,
      `--lang=${locale}`,
      `--host-resolver-rules=MAP ${HOST} ${new URL(front.origin).host}`,
      // Cameras are for secure pages only.
      `--unsafely-treat-insecure-origin-as-secure=http://${HOST}`,
    ],
    env: { ...process.env, LANG: `${locale.replace("-", "_")}.UTF-8`, FONTCONFIG_FILE: typeface.file },
  });
}
