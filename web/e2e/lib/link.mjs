import { execFileSync, spawn } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { executablePath, startBrowser } from "./browser.mjs";
import { binary, startServer } from "./server.mjs";

/** The tool that joins two namespaces by a link that can be made bad; `cargo build -p bench`. */
const tool = process.env.BENCH_BIN ?? join(dirname(binary), "bench");

const ip = (...words) => execFileSync("ip", words, { stdio: ["ignore", "ignore", "inherit"] });

/**
 * Another network namespace beside the one that this test runs in. `chromium` in it is a program
 * that can be started as any browser is.
 */
export class Elsewhere {
  constructor(name) {
    this.here = `${name}-here-${process.pid}`;
    this.there = `${name}-there-${process.pid}`;
    ip("netns", "attach", this.here, String(process.pid));
    ip("netns", "add", this.there);
    ip("-n", this.there, "link", "set", "lo", "up");
    this.folder = mkdtempSync(join(tmpdir(), "stoa-elsewhere-"));
  }

  /** A program that runs `program` over there. */
  wrapped(program) {
    const file = join(this.folder, "wrapped");
    writeFileSync(file, `#!/bin/sh\nexec ip netns exec ${this.there} ${program} "$@"\n`);
    chmodSync(file, 0o755);
    return file;
  }

  remove() {
    for (const name of [this.here, this.there]) ip("netns", "del", name);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Joins both namespaces by a link of these qualities; `change` gives it others. */
export async function badLink(elsewhere, addresses, qualities) {
  const process = spawn(tool, [
    "impair",
    ...["--a", `${elsewhere.here}=${addresses.here}`],
    ...["--b", `${elsewhere.there}=${addresses.there}`],
    ...qualities.split(" "),
  ], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: process.stdout });
  await new Promise((ready, failed) => {
    lines.once("line", ready);
    process.once("error", failed);
    process.once("exit", (code) => failed(new Error(`the link ended with ${code}`)));
  });
  return {
    change: (qualities) => process.stdin.write(`${qualities}\n`),
    stop: () => process.kill(),
  };
}

/**
 * A server, a browser beside it and another beyond a link of these qualities. `stop` ends whatever
 * of it has begun.
 */
export async function farApart(name, addresses, qualities, { settings = {}, flags = [] } = {}) {
  const begun = [];
  const begin = (part, end) => {
    begun.unshift(() => end(part));
    return part;
  };
  const place = {
    stop: async () => {
      for (const end of begun.splice(0)) await end();
    },
  };
  try {
    const elsewhere = begin(new Elsewhere(name), (there) => there.remove());
    place.link = begin(await badLink(elsewhere, addresses, qualities), (link) => link.stop());
    const host = addresses.here;
    place.server = begin(await startServer(settings, { host }), (server) => server.stop());
    place.near = begin(await startBrowser(flags, { host }), (browser) => browser.stop());
    const program = elsewhere.wrapped(executablePath);
    place.far = begin(await startBrowser(flags, { host, program }), (browser) => browser.stop());
    return place;
  } catch (error) {
    await place.stop();
    throw error;
  }
}
