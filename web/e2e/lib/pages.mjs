import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { extname, join, resolve } from "node:path";

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

/** The apps with the variables that name their builds, and where the server has them. */
const APPS = [
  { folder: process.env.MEET_DIST, at: "/", isPage: (path) => /^\/($|j\/|assets\/)/.test(path) },
  { folder: process.env.CONSOLE_DIST, at: "/console/", isPage: (path) => path.startsWith("/console/") },
];

/**
 * With `MEET_DIST` or `CONSOLE_DIST` in the environment, that app comes from that folder instead of
 * the binary: to try a page without building the server anew. The server's own headers, its policy
 * above all, stay.
 */
export async function pagesFromDisk(context, origin) {
  const fromDisk = APPS.filter(({ folder }) => folder);
  if (fromDisk.length === 0) return;
  const policy = (await fetch(`${origin}/`)).headers.get("content-security-policy") ?? "";
  for (const { folder, at, isPage } of fromDisk) {
    await context.route(
      (url) => url.origin === origin && isPage(url.pathname),
      async (route) => {
        const wanted = resolve(folder, new URL(route.request().url()).pathname.slice(at.length));
        const file = extname(wanted) && existsSync(wanted) ? wanted : join(folder, "index.html");
        await route.fulfill({
          body: await readFile(file),
          headers: {
            "content-type": TYPES[extname(file)] ?? "application/octet-stream",
            "content-security-policy": policy,
          },
        });
      },
    );
  }
}
