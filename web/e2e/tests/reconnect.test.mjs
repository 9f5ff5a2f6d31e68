import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { afterEach, test } from "node:test";
import { eventually } from "../lib/browser.mjs";
import { MODES, RED, looksLike, meeting, sounds } from "../lib/people.mjs";

const place = meeting();
const { join } = place;
afterEach(place.leave);

const simulate = (client, scenario) =>
  client.with({ code: `await room.simulateScenario(argument)`, argument: scenario });
const times = async (client, name) => (await client.eventsNamed(name)).length;
const connected = (client) => eventually(() => client.state(), (state) => state === "connected", { within: 30_000, what: "connected again" });

/** Cuts or mends the way of media inside this test's own network namespace. */
function mediaPath(cut) {
  const { udp, tcp } = place.server.ports;
  for (const [protocol, port] of [["udp", udp], ["tcp", tcp]]) {
    for (const side of ["--dport", "--sport"]) {
      execFileSync("iptables", [cut ? "-A" : "-D", "INPUT", "-p", protocol, side, String(port), "-j", "DROP"]);
    }
  }
}

for (const [mode, single] of Object.entries(MODES)) {
  /** Ana shows and sings to Ben; both are checked again after whatever happened. */
  async function call(room) {
    const a = await join("ana", `${room}-${single}`, { single });
    await a.publishPicture({ color: RED });
    await a.publishTone({ frequency: 440 });
    const b = await join("ben", `${room}-${single}`, { single });
    await stillOn(a, b);
    return [a, b];
  }

  async function stillOn(_a, b) {
    await eventually(() => b.seen({ identity: "ana" }), looksLike(RED), { within: 30_000, what: "ben sees ana" });
    await eventually(() => b.heard({ identity: "ana" }), sounds(440), { within: 30_000, what: "ben hears ana" });
    const moved = await eventually(() => b.movement({ identity: "ana" }), (m) => m.frames > 5, { within: 30_000, what: "the picture moves" });
    return moved;
  }

  test(`a lost signal connection is resumed without a gap in the picture, with ${mode}`, async () => {
    const [a, b] = await call("resume");
    const watching = b.movement({ identity: "ana", ms: 8000 });
    await simulate(b, "signal-reconnect");
    await eventually(() => times(b, "signalReconnecting"), Boolean, { what: "ben notices" });
    await connected(b);
    await simulate(a, "signal-reconnect");
    await connected(a);
    const moved = await watching;
    assert.ok(moved.freezeSeconds < 1, `no gap above a second: ${JSON.stringify(moved)}`);
    await stillOn(a, b);
    assert.equal(await times(b, "participantDisconnected"), 0, "nobody was seen to leave");
  });

  for (const scenario of [
    "resume-reconnect",
    "full-reconnect",
    "leave-full-reconnect",
    "node-failure",
    "migration",
    "disconnect-signal-on-resume",
    "disconnect-signal-on-resume-no-messages",
  ]) {
    test(`the call goes on after ${scenario}, with ${mode}`, async () => {
      const [a, b] = await call(scenario);
      await simulate(b, scenario);
      await eventually(
        async () => (await times(b, "reconnecting")) + (await times(b, "signalReconnecting")),
        Boolean,
        { what: "ben notices", within: 30_000 },
      );
      await connected(b);
      await stillOn(a, b);
    });
  }

  test(`who is told to leave by a stopping server is out, with ${mode}`, async () => {
    const [, b] = await call("server-leave");
    await simulate(b, "server-leave");
    await eventually(() => b.state(), (state) => state === "disconnected", { what: "ben is out" });
  });

  test(`the call goes on after the media path was cut, with ${mode}`, async () => {
    const [a, b] = await call("cut");
    mediaPath(true);
    try {
      await eventually(
        async () => (await times(b, "reconnecting")) + (await times(b, "signalReconnecting")),
        Boolean,
        { what: "ben notices", within: 40_000 },
      );
    } finally {
      mediaPath(false);
    }
    await connected(b);
    await connected(a);
    await stillOn(a, b);
  });

  test(`reliable data that was in flight is replayed once and in order, with ${mode}`, async () => {
    const [a, b] = await call("replay");
    const flood = a.with({
      code: `
        for (let n = 0; n < 400; n++) {
          await room.localParticipant.publishData(new TextEncoder().encode(String(n)), { reliable: true });
          await new Promise((done) => setTimeout(done, 10));
        }`,
    });
    await simulate(b, "signal-reconnect");
    await flood;
    const data = await eventually(() => b.received(), (all) => all.length >= 400, { what: "all 400", within: 30_000 });
    assert.deepEqual(data.map((packet) => Number(packet.text)), [...Array(400).keys()]);
    await stillOn(a, b);
  });
}
