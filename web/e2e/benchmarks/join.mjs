/*
 * How long a person in a browser waits for the first picture: from `room.connect()` of an unaltered
 * livekit-client to the first frame on the screen, over links of several round trips. A camera of
 * one size is in the room, sent by another browser near the server. With TLS the page may be the
 * server's own, whose connection the call then shares, or another's. Prints one table.
 */
import { TRUSTS_ANY, selfSigned } from "../lib/certificate.mjs";
import { farApart } from "../lib/link.mjs";
import { RED } from "../lib/people.mjs";
import { medianAndTail, milliseconds, quantile, row, sorted } from "./table.mjs";

const ADDRESSES = { here: "10.79.0.1", there: "10.79.0.2" };
const ROUND_TRIPS_MS = [0, 50, 100, 200];
const JOINS = Number(process.argv[2] ?? 15);

const link = (roundTripMs) => `--rate-kbps 100000 --delay-ms ${roundTripMs / 2} --queue-ms 300`;

async function joins(server, { client: opened, url, single }) {
  const took = [];
  for (let n = 0; n <= JOINS; n += 1) {
    const client = await opened();
    const token = await server.token(`viewer-${n}`, "bench");
    took.push(await client.firstFrame({ url, token, options: { singlePeerConnection: single }, identity: "ana" }));
    await client.disconnect();
    await client.page.close();
  }
  // The first loads and compiles what the others find ready.
  return sorted(took.slice(1));
}

const settings = { STOA_HTTPS_LISTEN: `${ADDRESSES.here}:\${https}`, ...selfSigned() };
const place = await farApart("stoa-join", ADDRESSES, link(0), { settings, flags: [TRUSTS_ANY] });
const { server, near, far } = place;
const site = `${ADDRESSES.here}:${server.ports.https}`;
const [elsewhere, visitor] = [() => far.client(), () => far.visitor(`https://${site}`)];
const WAYS = [
  { way: "without TLS", client: elsewhere, url: server.url, single: true },
  { way: "without TLS", client: elsewhere, url: server.url, single: false },
  { way: "TLS, from another's page", client: elsewhere, url: `wss://${site}`, single: true },
  { way: "TLS, from the server's page", client: visitor, url: `wss://${site}`, single: true },
];
try {
  const ana = await near.client();
  await ana.connect({ url: server.url, token: await server.token("ana", "bench") });
  const options = { videoCodec: "vp8", simulcast: false, videoEncoding: { maxBitrate: 1_500_000, maxFramerate: 30 } };
  await ana.publishPicture({ color: RED, width: 640, height: 360, options });
  console.log(`First picture in Chromium, ${JOINS} joins a row, one after another\n`);
  row(["round trip", "way", "peer connections", "p50", "p95", "in round trips (p50)"]);
  row(["--:", "---", "--:", "--:", "--:", "--:"]);
  for (const roundTripMs of ROUND_TRIPS_MS) {
    place.link.change(link(roundTripMs));
    for (const way of WAYS) {
      const took = await joins(server, way);
      const trips = roundTripMs > 0 ? (quantile(took, 0.5) / roundTripMs).toFixed(1) : "–";
      row([milliseconds(roundTripMs), way.way, way.single ? "one" : "two", ...medianAndTail(took), trips]);
    }
  }
} finally {
  await place.stop();
}
