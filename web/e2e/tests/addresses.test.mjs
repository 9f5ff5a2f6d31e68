import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { after, before, describe, test } from "node:test";
import { eventually, startBrowser } from "../lib/browser.mjs";
import { MODES, RED, looksLike, sounds } from "../lib/people.mjs";
import { startServer } from "../lib/server.mjs";

/** An address of this test's own namespace, beside loopback: on one end of a pair of links. */
const OWN = "fd00:77::1";

/** Calls by a server that has only this address. */
function at(host, name) {
  describe(name, () => {
    const place = {};
    before(async () => {
      place.server = await startServer({}, { host });
      place.browser = await startBrowser([], { host });
    });
    after(async () => {
      await place.browser?.stop();
      await place.server?.stop();
    });
    const join = async (identity, room, single) => {
      const client = await place.browser.client();
      const token = await place.server.token(identity, room);
      await client.connect({ url: place.server.url, token, options: { singlePeerConnection: single } });
      return client;
    };
    for (const [mode, single] of Object.entries(MODES)) {
      test(`carries a call, with ${mode}`, async () => {
        const a = await join("ana", `at-${single}`, single);
        await a.publishPicture({ color: RED });
        await a.publishTone({ frequency: 440 });
        const b = await join("ben", `at-${single}`, single);
        await eventually(() => b.seen({ identity: "ana" }), looksLike(RED), { what: "ben sees", within: 25_000 });
        await eventually(() => b.heard({ identity: "ana" }), sounds(440), { what: "ben hears" });
        for (const client of [a, b]) {
          const used = Object.values(await client.transport()).filter((pc) => pc.remote);
          assert.ok(used.length > 0);
          for (const { remote } of used) assert.deepEqual([remote.address, remote.protocol], [host, "udp"]);
        }
      });
    }
  });
}

before(() => {
  const ip = (words) => execFileSync("ip", words.split(" "));
  ip("link add own6 type veth peer name own6-end");
  ip(`-6 addr add ${OWN}/64 dev own6 nodad`);
  for (const device of ["own6", "own6-end"]) ip(`link set ${device} up`);
});
after(() => execFileSync("ip", ["link", "del", "own6"]));

at(OWN, "IPv6");
at("::1", "IPv6 loopback");
