import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { Jar } from "./jar.mjs";
import { binary, withoutSettings } from "./server.mjs";

const OWNER = "owner@example.com";

/** Makes the first account of a server, with a tenant; answers its password. */
export async function makeOwner(server) {
  const asked = ["account", "create", "--tenant", "shop", "--email", OWNER, "--name", "Owner", "--config", server.config];
  const env = { ...withoutSettings(process.env), ...server.settings };
  const { stdout } = await promisify(execFile)(binary, asked, { env });
  return stdout.trim().split(" ").at(-1);
}

/** A browser in which the owner has signed in. */
export async function signedInOwner(server, password) {
  const jar = new Jar();
  const response = await jar.json("POST", `${server.http}/v1/session`, { email: OWNER, password });
  if (response.status !== 200) throw new Error(`no sign-in: ${response.status} ${await response.text()}`);
  return jar;
}

/** A write as our own page makes it. */
export const write = (jar, method, url, value) => jar.json(method, url, value, { "x-stoa-csrf": jar.value("stoa_csrf") });
