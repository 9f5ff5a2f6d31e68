import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, test } from "node:test";
import { chromium } from "playwright-core";
import { eventually, executablePath, FLAGS } from "../lib/browser.mjs";
import { gathering } from "../lib/meet.mjs";

/** Packets of this group's processes can be dropped without touching anybody else's. */
const GROUP = 4_711;
const place = gathering();
let folder;
let phone;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "stoa-group-"));
  const wrapped = join(folder, "chromium");
  await writeFile(wrapped, `#!/bin/sh\nexec setpriv --regid=${GROUP} --clear-groups ${executablePath} "$@"\n`);
  await chmod(wrapped, 0o755);
  phone = await chromium.launch({ executablePath: wrapped, headless: true, args: FLAGS });
});
after(async () => {
  await phone?.close();
  await rm(folder, { recursive: true, force: true });
});
afterEach(async () => {
  network(true);
  await place.leave();
});

let cut = false;
function network(works) {
  if (cut === !works) return;
  cut = !works;
  execFileSync("iptables", [cut ? "-A" : "-D", "OUTPUT", "-m", "owner", "--gid-owner", String(GROUP), "-j", "DROP"]);
}

test("a network fails and comes back: the banner says so, and nothing of the room is missing", async () => {
  const room = await place.host.meeting();
  const host = await place.enterAsHost(room);
  const ana = await place.enter(room, "Ana", { browser: phone });
  await ana.tile("Demo Host").locator("video").waitFor();
  await ana.open(/^Chat/);

  network(false);
  for (let i = 0; i < 14; i++) {
    console.log(i * 4, (await ana.page.locator("body").innerText()).replaceAll("\n", " | ").slice(0, 300));
    await new Promise((d) => setTimeout(d, 4000));
  }
  console.log(execFileSync("iptables", ["-L", "OUTPUT", "-v", "-n"]).toString());
  console.log(execFileSync("sh", ["-c", "ps -eo egid,rgid,fgid,args | grep chrom | cut -c1-100 | head -30"]).toString());
  await host.open(/^Chat/);
  await host.panel("Chat").getByRole("textbox", { name: "Message" }).fill("said while she was away");
  await host.page.keyboard.press("Enter");
  await host.more("Lock the meeting");

  network(true);
  await ana.page.getByText("Connected again").waitFor();
  await ana.panel("Chat").getByText("said while she was away").waitFor();
  await ana.page.getByText("Locked", { exact: true }).waitFor();
  assert.equal(await ana.panel("Chat").getByText("said while she was away").count(), 1);
  for (const [person, other] of [[ana, "Demo Host"], [host, "Ana"]]) {
    await eventually(() => person.seesMotion(person.tile(other)), Boolean, { within: 60_000, what: `${other} is seen again` });
  }
  await ana.panel("Chat").getByRole("textbox", { name: "Message" }).fill("back");
  await ana.page.keyboard.press("Enter");
  await host.panel("Chat").getByText("back", { exact: true }).waitFor();
});
