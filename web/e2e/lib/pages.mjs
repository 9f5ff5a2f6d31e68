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
  if (!APPS.some(({ folder }) => folder)) return;
  const policy = await policyOf(origin);
  await context.route(
    (url) => url.origin === origin && APPS.some(({ folder, isPage }) => folder && isPage(url.pathname)),
    async (route) => route.fulfill(await fromDisk(new URL(route.request().url()).pathname, policy)),
  );
}

/** The API's reference is one file, which the server writes into itself; with `DOCS_PAGE` it comes from there. */
const DOCS = { file: process.env.DOCS_PAGE, at: "/docs", policy: "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; connect-src 'self'" };

export const policyOf = async (origin) => (await fetch(`${origin}/`)).headers.get("content-security-policy") ?? "";

/** The file of that address out of its app's folder; null where the server has to answer. */
export async function fromDisk(path, policy) {
  const { pathname } = new URL(path, "http://localhost");
  if (DOCS.file && pathname === DOCS.at) {
    return { body: await readFile(DOCS.file), headers: { "content-type": TYPES[".html"], "content-security-policy": DOCS.policy } };
  }
  const app = APPS.find(({ folder, isPage }) => folder && isPage(pathname));
  if (!app) return null;
  const wanted = resolve(app.folder, pathname.slice(app.at.length));
  const file = extname(wanted) && existsSync(wanted) ? wanted : join(app.folder, "index.html");
  return {
    body: await readFile(file),
    headers: {
      "content-type": TYPES[extname(file)] ?? "application/octet-stream",
      "content-security-policy": policy,
    },
  };
}
