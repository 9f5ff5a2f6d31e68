/*
 * How long a person in a browser waits for the first picture: from `room.connect()` of an unaltered
 * livekit-client to the first frame on the screen, over links of several round trips. A camera of
 * one size is in the room, sent by another browser near the server. Prints one table.
 */
import { executablePath, startBrowser } from "../lib/browser.mjs";
import { Elsewhere, badLink } from "../lib/link.mjs";
import { RED } from "../lib/people.mjs";
import { startServer } from "../lib/server.mjs";

const ADDRESSES = { here: "10.79.0.1", there: "10.79.0.2" };
const ROUND_TRIPS_MS = [0, 50, 100, 200];
const JOINS = Number(process.argv[2] ?? 15);

const link = (roundTripMs) => `--rate-kbps 100000 --delay-ms ${roundTripMs / 2} --queue-ms 300`;
const quantile = (sorted, q) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
const row = (cells) => console.log(`| ${cells.join(" | ")} |`);

async function joins(server, browser, single) {
  const took = [];
  for (let n = 0; n <= JOINS; n += 1) {
    const client = await browser.client();
    const token = await server.token(`viewer-${n}`, "bench");
    took.push(await client.firstFrame({ url: server.url, token, options: { singlePeerConnection: single }, identity: "ana" }));
    await client.disconnect();
    await client.page.close();
  }
  // The first loads and compiles what the others find ready.
  return took.slice(1).sort((a, b) => a - b);
}

const elsewhere = new Elsewhere("stoa-join");
const bad = await badLink(elsewhere, ADDRESSES, link(0));
const server = await startServer({}, { host: ADDRESSES.here });
const near = await startBrowser([], { host: ADDRESSES.here });
const far = await startBrowser([], { host: ADDRESSES.here, program: elsewhere.wrapped(executablePath) });
try {
  const ana = await near.client();
  await ana.connect({ url: server.url, token: await server.token("ana", "bench") });
  const options = { videoCodec: "vp8", simulcast: false, videoEncoding: { maxBitrate: 1_500_000, maxFramerate: 30 } };
  await ana.publishPicture({ color: RED, width: 640, height: 360, options });
  console.log(`First picture in Chromium, ${JOINS} joins a row, one after another\n`);
  row(["round trip", "peer connections", "p50", "p95", "in round trips (p50)"]);
  row(["--:", "--:", "--:", "--:", "--:"]);
  for (const roundTripMs of ROUND_TRIPS_MS) {
    bad.change(link(roundTripMs));
    for (const single of [true, false]) {
      const took = await joins(server, far, single);
      const [p50, p95] = [0.5, 0.95].map((q) => quantile(took, q));
      const trips = roundTripMs > 0 ? (p50 / roundTripMs).toFixed(1) : "–";
      row([`${roundTripMs} ms`, single ? "one" : "two", `${Math.round(p50)} ms`, `${Math.round(p95)} ms`, trips]);
    }
  }
} finally {
  await near.stop();
  await far.stop();
  await server.stop();
  bad.stop();
  elsewhere.remove();
}
