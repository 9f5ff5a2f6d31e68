import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { eventually } from "../lib/browser.mjs";
import { farApart } from "../lib/link.mjs";
import { RED, looksLike } from "../lib/people.mjs";

const ADDRESSES = { here: "10.78.0.1", there: "10.78.0.2" };
const WIDE = "--rate-kbps 3000 --delay-ms 20 --queue-ms 300";
const NARROW = "--rate-kbps 300 --delay-ms 20 --queue-ms 300";
/** Long enough for the estimate to have found the narrow link's rate and stayed there. */
const NARROW_FOR_MS = 20_000;
const LAST_MS = 8_000;

let place;
before(async () => {
  place = await farApart("stoa-link", ADDRESSES, WIDE);
});
after(() => place?.stop());

async function join(browser, identity, options = {}) {
  const client = await browser.client();
  const token = await place.server.token(identity, "link");
  await client.connect({ url: place.server.url, token, options });
  return client;
}

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** The longest time for which the same picture was shown, of the frames shown from `begin` on. */
function longestStill(frames, begin, end) {
  const changes = frames.filter(({ at }, n) => at > begin && (n === 0 || frames[n].frame !== frames[n - 1].frame));
  const times = [begin, ...changes.map(({ at }) => at), end];
  return Math.max(...times.slice(1).map((at, n) => at - times[n]));
}

/** What the decoder counted between the first note after `begin` and the last. */
function counted(counts, begin) {
  const after = counts.filter(({ at }) => at >= begin);
  const [first, last] = [after.at(0), after.at(-1)];
  const between = (name) => last[name] - first[name];
  return {
    kbps: Math.round((between("bytes") * 8) / (last.at - first.at)),
    loss: between("lost") / (between("packets") + between("lost")),
    freezes: between("freezes"),
    frozenS: between("frozenS"),
  };
}

test("who has 300 kbps of 3 Mbps left sees a smaller picture that goes on, and later the large one again", async (t) => {
  const ana = await join(place.near, "ana");
  await ana.publishPicture({ color: RED, width: 1280, height: 720, fps: 20, options: { videoCodec: "vp8", simulcast: true } });
  const ben = await join(place.far, "ben");
  await eventually(() => ben.seen({ identity: "ana" }), looksLike(RED), { what: "ben sees ana", within: 30_000 });
  await ben.watch({ identity: "ana" });
  const isLarge = ({ frames }) => frames.at(-1)?.width === 1280;
  await eventually(() => ben.watched(), isLarge, { what: "the large picture", within: 60_000 });
  await pause(5_000);

  const { now: fell } = await ben.watched();
  place.link.change(NARROW);
  await pause(NARROW_FOR_MS);
  const { now: rose, frames, counts } = await ben.watched();
  place.link.change(WIDE);

  const small = frames.find(({ at, width }) => at > fell && width < 1280);
  const all = counted(counts, fell);
  const atLast = counted(counts, rose - LAST_MS);
  const still = { all: longestStill(frames, fell, rose), atLast: longestStill(frames, rose - LAST_MS, rose) };
  t.diagnostic(
    `a smaller picture after ${Math.round(small?.at - fell)} ms; ` +
      `${all.freezes} freezes of ${all.frozenS.toFixed(2)} s together, the longest still picture ${Math.round(still.all)} ms; ` +
      `at last ${atLast.kbps} kbps, ${(100 * atLast.loss).toFixed(1)} % lost`,
  );
  assert.ok(small, "the picture became smaller");
  assert.ok(frames.at(-1).width < 1280, "and stayed so");
  // The link carries no more; what was sent beyond it would be lost.
  assert.ok(atLast.loss < 0.05, `what is sent fits: ${JSON.stringify(atLast)}`);
  assert.ok(atLast.kbps > 50, `and is a picture: ${JSON.stringify(atLast)}`);
  assert.ok(still.atLast < 2_000, `that moves: ${still.atLast} ms`);

  const risen = await eventually(() => ben.watched(), isLarge, { what: "the large picture again", within: 60_000 });
  const large = risen.frames.find(({ at, width }) => at > rose && width === 1280);
  t.diagnostic(`the large picture again after ${Math.round(large.at - rose)} ms`);
  await eventually(() => ben.seen({ identity: "ana" }), looksLike(RED), { what: "in its colour" });
});
