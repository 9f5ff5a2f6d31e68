import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { gathering, PHONE } from "../lib/meet.mjs";

const place = gathering();
afterEach(place.leave);

/** What a merchant's supplier may be asked to fetch before she can type her name. */
const FIRST_LOAD_BYTES = 300_000;

test("the join page comes in less than 300 kB, and the media code after it", async () => {
  const room = await place.host.meeting();
  const ana = await place.arrive({ link: { code: "nothing-here" } }, { screen: PHONE });
  const session = await ana.context.newCDPSession(ana.page);
  await session.send("Network.enable");
  const loaded = new Map();
  const urls = new Map();
  session.on("Network.responseReceived", ({ requestId, response }) => urls.set(requestId, new URL(response.url).pathname));
  session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => loaded.set(urls.get(requestId), encodedDataLength));
  await session.send("Network.setCacheDisabled", { cacheDisabled: true });

  await ana.page.goto(`${place.front.origin}/j/${room.link.code}`);
  await ana.page.getByLabel("Your name").waitFor();
  await ana.page.waitForLoadState("networkidle");
  const files = [...loaded].filter(([path]) => path?.startsWith("/assets/") || path?.startsWith("/j/"));
  const isMedia = ([path]) => path.includes("MeetingPage");
  const first = files.filter((file) => !isMedia(file)).reduce((sum, [, bytes]) => sum + bytes, 0);
  const told = files.map(([path, bytes]) => `${path} ${bytes}`).join("\n");
  assert.ok(files.some(isMedia), `the media code is fetched while she reads:\n${told}`);
  assert.ok(first > 50_000 && first < FIRST_LOAD_BYTES, `${first} bytes:\n${told}`);
});
