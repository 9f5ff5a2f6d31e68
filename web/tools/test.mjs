// Runs the tests of a package: `node tools/test.mjs <folders…>` runs each *.test.ts(x) below them.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

const files = process.argv
  .slice(2)
  .filter((folder) => existsSync(folder))
  .flatMap((folder) => readdirSync(folder, { recursive: true }).map((name) => join(folder, name)))
  .filter((name) => /\.test\.tsx?$/.test(name))
  .sort();
if (files.length === 0) throw new Error("no tests found");

const loader = new URL("strip-types.mjs", import.meta.url).href;
const { status } = spawnSync(process.execPath, ["--import", loader, "--test", ...files], { stdio: "inherit" });
process.exit(status ?? 1);
