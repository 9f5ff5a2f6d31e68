import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { eventually } from "../lib/browser.mjs";
import { farApart } from "../lib/link.mjs";

const ADDRESSES = { here: "10.80.0.1", there: "10.80.0.2" };
const LOSS = 0.1;
const LOSSY = `--loss ${LOSS} --delay-ms 10`;
const TONE_HZ = 700;

let place;
before(async () => {
  place = await farApart("stoa-repair", ADDRESSES, LOSSY);
});
after(() => place?.stop());

async function join(browser, identity) {
  const client = await browser.client();
  const token = await place.server.token(identity, "repair");
  await client.connect({ url: place.server.url, token, options: { singlePeerConnection: false } });
  return client;
}

/** The statistics of the voice that a client hears. */
async function heardVoice(client) {
  const { subscriber } = await client.transport();
  return subscriber.inbound.find(({ kind, packetsReceived }) => kind === "audio" && packetsReceived > 0);
}

test("what is lost of a voice on its way to a listener is sent once more", async (t) => {
  const ana = await join(place.near, "ana");
  const ben = await join(place.far, "ben");
  await ana.publishTone({ frequency: TONE_HZ, options: { red: false, dtx: false } });
  await eventually(() => ben.heard({ identity: "ana" }), (heard) => Math.abs(heard?.frequency - TONE_HZ) < 20, {
    what: "ben hears ana",
  });
  const voice = await eventually(() => heardVoice(ben), (voice) => voice?.packetsReceived > 800, {
    what: "sixteen seconds of voice",
    within: 40_000,
  });
  const lost = voice.packetsLost / (voice.packetsReceived + voice.packetsLost);
  t.diagnostic(`${voice.nackCount} requests; ${(100 * lost).toFixed(1)} % is missing of the 10 % that the link lost`);
  assert.ok(voice.nackCount > 0, JSON.stringify(voice));
  // A repetition is lost as often as anything; what then is missing was lost twice.
  assert.ok(lost < LOSS / 2, `${lost} of all is missing`);
});
