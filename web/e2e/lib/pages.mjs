import { readFile } from "node:fs/promises";
import { extname, join, resolve } from "node:path";

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

/**
 * With `MEET_DIST` in the environment, the app comes from that folder instead of the binary: to try
 * a page without building the server anew. The server's own headers, its policy above all, stay.
 */
export async function pagesFromDisk(context, origin) {
  const folder = process.env.MEET_DIST && resolve(process.env.MEET_DIST);
  if (!folder) return;
  const policy = (await fetch(`${origin}/`)).headers.get("content-security-policy") ?? "";
  const isPage = (url) => /^\/($|j\/|assets\/)/.test(url.pathname);
  await context.route(
    (url) => url.origin === origin && isPage(url),
    async (route) => {
      const { pathname } = new URL(route.request().url());
      const file = pathname.startsWith("/assets/") ? pathname : "/index.html";
      await route.fulfill({
        body: await readFile(join(folder, file)),
        headers: {
          "content-type": TYPES[extname(file)] ?? "application/octet-stream",
          "content-security-policy": policy,
        },
      });
    },
  );
}
