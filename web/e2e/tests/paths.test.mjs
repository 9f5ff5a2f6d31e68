import assert from "node:assert/strict";
import { afterEach, describe, test } from "node:test";
import { eventually } from "../lib/browser.mjs";
import { TRUSTS_ANY, selfSigned } from "../lib/certificate.mjs";
import { MODES, RED, looksLike, meeting, sounds } from "../lib/people.mjs";

/** A call in which both sides can only use one way to the server, or are asked to use it so. */
function forced(name, { settings, connect, check }) {
  describe(name, () => {
    const place = meeting({ settings, flags: [TRUSTS_ANY] });
    afterEach(place.leave);
    for (const [mode, single] of Object.entries(MODES)) {
      test(`carries a call, with ${mode}`, async () => {
        const room = `path-${single}`;
        const a = await place.join("ana", room, { single, connect });
        await a.publishPicture({ color: RED });
        await a.publishTone({ frequency: 440 });
        const b = await place.join("ben", room, { single, connect });
        await eventually(() => b.seen({ identity: "ana" }), looksLike(RED), { what: "ben sees", within: 25_000 });
        await eventually(() => b.heard({ identity: "ana" }), sounds(440), { what: "ben hears" });
        for (const client of [a, b]) {
          const used = Object.values(await client.transport()).filter((pc) => pc.local);
          assert.ok(used.length > 0);
          used.forEach(check);
        }
      });
    }
  });
}

const relayOnly = { rtcConfig: { iceTransportPolicy: "relay" } };

forced("UDP", {
  check: ({ local, remote, lite }) =>
    assert.deepEqual([local.type === "relay", remote.protocol, lite], [false, "udp", true]),
});

forced("UDP, with a server that is asked to be a full ICE agent", {
  connect: { disableIceLite: true },
  check: ({ remote, lite }) => assert.deepEqual([remote.protocol, lite], ["udp", false]),
});

forced("ICE over TCP", {
  settings: { STOA_MEDIA_UDP_PORT: "0" },
  check: ({ local }) => assert.equal(local.protocol, "tcp"),
});

forced("TURN over UDP", {
  settings: { STOA_TURN_UDP_PORT: "${turn}" },
  connect: relayOnly,
  check: ({ local }) => assert.deepEqual([local.type, local.relay], ["relay", "udp"]),
});

forced("TURN over TCP", {
  settings: { STOA_TURN_TCP_PORT: "${turn}" },
  connect: relayOnly,
  check: ({ local }) => assert.deepEqual([local.type, local.relay], ["relay", "tcp"]),
});

forced("TURN over TLS", {
  settings: {
    ...selfSigned(),
    STOA_TURN_TLS_PORT: "${turn}",
    STOA_TURN_DOMAIN: "localhost",
  },
  connect: relayOnly,
  check: ({ local }) => assert.deepEqual([local.type, local.relay], ["relay", "tls"]),
});
