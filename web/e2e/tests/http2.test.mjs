import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { eventually } from "../lib/browser.mjs";
import { TRUSTS_ANY, selfSigned } from "../lib/certificate.mjs";
import { merchantOf } from "../lib/merchant.mjs";
import { signIn } from "../lib/office.mjs";
import { MODES, RED, looksLike, meeting } from "../lib/people.mjs";

const place = meeting({
  settings: { STOA_HTTPS_LISTEN: "127.0.0.1:${https}", STOA_PUBLIC_URL: "https://localhost:${https}", ...selfSigned() },
  flags: [TRUSTS_ANY],
});

const site = () => `https://localhost:${place.server.ports.https}`;

/** How many connections browsers have to the server's port for TLS. */
function connections() {
  const { https } = place.server.ports;
  const listed = execFileSync("ss", ["-Htn", "state", "established", "dport", "=", `:${https}`], { encoding: "utf8" });
  return listed.split("\n").filter(Boolean).length;
}

for (const [mode, single] of Object.entries(MODES)) {
  test(`a call from one of the server's pages takes no connection of its own, with ${mode}`, async () => {
    const room = `h2-${single}`;
    const ana = await place.join("ana", room, { single });
    await ana.publishPicture({ color: RED });
    const ben = await place.browser.visitor(site());
    const before = connections();
    const token = await place.server.token("ben", room);
    await ben.connect({ url: site().replace("https", "wss"), token, options: { singlePeerConnection: single } });
    await eventually(() => ben.seen({ identity: "ana" }), looksLike(RED), { what: "ben sees ana" });
    assert.equal(connections(), before, "his WebSocket is a stream of what the page came by");

    await ben.publishPicture({ color: RED });
    await eventually(() => ana.seen({ identity: "ben" }), looksLike(RED), { what: "ana sees ben" });
    await ben.disconnect();
    await eventually(() => ana.with({ code: "return room.remoteParticipants.size" }), (left) => left === 0, { what: "he has left" });
    await ben.close();
    await place.leave();
  });
}

test("a WebSocket from elsewhere speaks HTTP/1.1 on a connection of its own", async () => {
  const before = connections();
  const cara = await place.browser.client();
  const url = site().replace("https", "wss");
  await cara.connect({ url, token: await place.server.token("cara", "elsewhere") });
  assert.equal(connections(), before + 1);
  await cara.close();
});

test("two guests meet by a link and write to each other, each over one connection", async () => {
  const owner = await merchantOf(place.server);
  const room = await owner.meeting();
  const before = connections();
  const guests = await Promise.all(["Cara", "Dan"].map((name) => enter(room.link.url, name)));
  const [cara, dan] = guests;
  assert.equal(connections(), before + guests.length, "page, room and call share it");
  await cara.getByRole("button", { name: "Chat" }).click();
  await cara.getByRole("textbox", { name: "Message" }).fill("Do you see the red one?");
  await cara.keyboard.press("Enter");
  await dan.getByRole("button", { name: "Chat" }).click();
  await dan.getByText("Do you see the red one?").first().waitFor();
  const moves = () => [...document.querySelectorAll("video")].filter(({ currentTime, videoWidth }) => currentTime > 0 && videoWidth > 0).length >= 2;
  for (const guest of guests) await guest.waitForFunction(moves, null, { timeout: 30_000 });
  for (const guest of guests) await guest.context().close();
});

/** Somebody in a browser of his own goes in by a link. */
async function enter(link, name) {
  const context = await place.browser.browser.newContext({ locale: "en", permissions: ["camera", "microphone"] });
  const page = await context.newPage();
  await page.goto(link);
  await page.getByLabel("Your name").fill(name);
  await page.getByRole("button", { name: "Join now" }).click();
  await page.getByRole("navigation", { name: "Meeting controls" }).waitFor({ timeout: 60_000 });
  return page;
}

test("somebody signs in, though browsers send cookies in pieces by HTTP/2", async () => {
  const [email, password] = ["demo.owner@example.com", "only-for-this-test"];
  await place.server.account({ email, name: "Demo Owner", tenant: "demo", password });
  const page = await place.browser.browser.newPage({ locale: "en" });
  await page.goto(`${site()}/console/sign-in`);
  assert.equal(await page.evaluate(() => performance.getEntriesByType("navigation")[0].nextHopProtocol), "h2");
  await signIn(page, email, password);
  await page.waitForURL(({ pathname }) => !pathname.endsWith("/sign-in"));
  const cookies = await page.context().cookies();
  assert.ok(cookies.length > 1, "more than one piece");
  assert.equal(await page.evaluate(() => fetch("/v1/session").then(({ status }) => status)), 200);
  await page.close();
});
