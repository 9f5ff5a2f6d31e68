import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { eventually } from "../lib/browser.mjs";
import { farApart } from "../lib/link.mjs";
import { BLUE, MODES, RED, looksLike } from "../lib/people.mjs";

const ADDRESSES = { here: "10.79.0.1", there: "10.79.0.2" };
const LINK = "--delay-ms 20";
/** How long what is shown is looked at after each change of ports. */
const WATCH_MS = 6_000;

let place;
const clients = [];
before(async () => {
  place = await farApart("stoa-rebind", ADDRESSES, LINK);
});
after(() => place?.stop());
afterEach(async () => {
  place.link.change(LINK);
  for (const client of clients.splice(0)) await client.close().catch(() => {});
});

async function join(browser, identity, room, single) {
  const client = await browser.client();
  clients.push(client);
  const token = await place.server.token(identity, room);
  await client.connect({ url: place.server.url, token, options: { singlePeerConnection: single } });
  return client;
}

const pause = (ms) => new Promise((done) => setTimeout(done, ms));
const publish = (client, color) =>
  client.publishPicture({ color, width: 640, height: 360, fps: 20, options: { videoCodec: "vp8" } });

async function look(client, identity, color) {
  await eventually(() => client.seen({ identity }), looksLike(color), { what: `${identity} is seen`, within: 30_000 });
  await client.watch({ identity });
  await eventually(() => client.watched(), ({ frames }) => frames.length > 40, { what: `${identity} moves` });
}

/** The longest time for which the same picture was shown since `begin`. */
async function longestStill(client, begin) {
  const { frames, now } = await client.watched();
  const changes = frames.filter(({ at, frame }, n) => at > begin && frames[n - 1]?.frame !== frame);
  const times = [begin, ...changes.map(({ at }) => at), now];
  return Math.round(Math.max(...times.slice(1).map((at, n) => at - times[n])));
}

/** His translator of addresses gives him other ports, twice; how long the picture stood still for each of the watchers. */
async function rebind(watchers) {
  const stills = watchers.map(() => []);
  for (const shift of [1_000, 2_000]) {
    const begun = await Promise.all(watchers.map(async (client) => (await client.watched()).now));
    place.link.change(`${LINK} --port-shift ${shift}`);
    await pause(WATCH_MS);
    for (const [n, client] of watchers.entries()) stills[n].push(await longestStill(client, begun[n]));
  }
  return stills;
}

for (const [mode, single] of Object.entries(MODES)) {
  test(`whose ports change in mid-call goes on seeing and being seen, with ${mode}`, async (t) => {
    const ana = await join(place.near, "ana", `both-${single}`, single);
    const ben = await join(place.far, "ben", `both-${single}`, single);
    await publish(ana, RED);
    await publish(ben, BLUE);
    await look(ben, "ana", RED);
    await look(ana, "ben", BLUE);
    const [bens, anas] = await rebind([ben, ana]);
    t.diagnostic(`the picture stood still for ${bens} ms for him, for ${anas} ms for who watched him`);
    for (const still of [...bens, ...anas]) assert.ok(still < 1_500, `${still} ms`);
    assert.equal((await ben.eventsNamed("reconnecting")).length, 0, "he notices nothing");
    await eventually(() => ben.seen({ identity: "ana" }), looksLike(RED), { what: "in its colour" });
  });

  test(`who only watches is found by his next check at the latest, with ${mode}`, async (t) => {
    const ana = await join(place.near, "ana", `one-${single}`, single);
    const ben = await join(place.far, "ben", `one-${single}`, single);
    await publish(ana, RED);
    await look(ben, "ana", RED);
    const [bens] = await rebind([ben]);
    t.diagnostic(`the picture stood still for ${bens} ms`);
    // Browsers check a connection that works every 2.5 s.
    for (const still of bens) assert.ok(still < 3_500, `${still} ms`);
    await eventually(() => ben.seen({ identity: "ana" }), looksLike(RED), { what: "in its colour" });
  });
}
