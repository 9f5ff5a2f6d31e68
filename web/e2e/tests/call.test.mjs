import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { eventually, startBrowser } from "../lib/browser.mjs";
import { startServer } from "../lib/server.mjs";

const RED = [200, 30, 30];
const BLUE = [30, 30, 200];
const MODES = { "one peer connection": true, "two peer connections": false };

/** Video codecs change colours a little; a wrong picture changes them a lot. */
const looksLike = (color) => (seen) => seen && seen.color.every((value, at) => Math.abs(value - color[at]) < 40);
const sounds = (frequency) => (heard) => heard && heard.rms > 0.05 && Math.abs(heard.frequency - frequency) < 20;

let server;
let browser;
before(async () => {
  server = await startServer();
  browser = await startBrowser();
});
after(async () => {
  await browser?.stop();
  await server?.stop();
});

async function join(identity, room, { single, grant = {}, ...rest } = {}) {
  const client = await browser.client();
  const token = await server.token(identity, room, grant);
  const options = { singlePeerConnection: single ?? true, ...rest };
  client.joined = await client.connect({ url: server.url, token, options });
  return client;
}

for (const [ana, anaSingle] of Object.entries(MODES)) {
  for (const [ben, benSingle] of Object.entries(MODES)) {
    test(`two people see and hear each other: ${ana} meets ${ben}`, async () => {
      const room = `call-${anaSingle}-${benSingle}`;
      const a = await join("ana", room, { single: anaSingle });
      await a.publishPicture({ color: RED });
      await a.publishTone({ frequency: 440 });
      const b = await join("ben", room, { single: benSingle });
      assert.deepEqual(b.joined.others, ["ana"]);
      await b.publishPicture({ color: BLUE });
      await b.publishTone({ frequency: 880 });

      await eventually(() => b.seen({ identity: "ana" }), looksLike(RED), { what: "ben sees red" });
      await eventually(() => a.seen({ identity: "ben" }), looksLike(BLUE), { what: "ana sees blue" });
      await eventually(() => b.heard({ identity: "ana" }), sounds(440), { what: "ben hears 440 Hz" });
      await eventually(() => a.heard({ identity: "ben" }), sounds(880), { what: "ana hears 880 Hz" });
      const moved = await b.movement({ identity: "ana" });
      assert.ok(moved.frames > 5, `the picture moves: ${JSON.stringify(moved)}`);
      await a.close();
      await eventually(() => b.others(), (others) => others.length === 0, { what: "ben is told that ana is gone", within: 40_000 });
      await b.close();
    });
  }
}
