import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { eventually } from "../lib/browser.mjs";
import { MODES, meeting } from "../lib/people.mjs";

const place = meeting();
const { join } = place;
afterEach(place.leave);

/** Publishes a data track and sends numbered frames on it, one every 20 ms, until told to stop. */
const publish = (client, name) =>
  client.with({
    code: `
      const track = await room.localParticipant.publishDataTrack({ name: argument });
      let number = 0;
      harness.frames = setInterval(() => {
        // Larger than a packet, so that it has to be cut and put together again.
        const payload = new Uint8Array(20_000).fill(number % 251);
        new DataView(payload.buffer).setUint32(0, number++);
        track.tryPush({ payload, userTimestamp: BigInt(number) }).catch(() => {});
      }, 20);
      harness.dataTrack = track;
      return track.info.sid;`,
    argument: name,
  });

/** Reads frames of `identity`'s track into `harness.read`. */
const read = (client, identity, name) =>
  client.with({
    code: `
      const track = await room.remoteParticipants.get(argument.identity).dataTracks.getDeferred(argument.name);
      harness.read = [];
      harness.reader = track.subscribe().getReader();
      (async () => {
        for (;;) {
          const { done, value } = await harness.reader.read();
          if (done) return (harness.ended = true);
          const number = new DataView(value.payload.buffer, value.payload.byteOffset).getUint32(0);
          const whole = value.payload.length === 20_000 && value.payload.subarray(4).every((byte) => byte === number % 251);
          harness.read.push({ number, whole, timestamp: Number(value.userTimestamp) });
        }
      })();
      return track.info;`,
    argument: { identity, name },
  });

const frames = (client) => client.with({ code: `return harness.read.slice(-200)` });

for (const [mode, single] of Object.entries(MODES)) {
  test(`frames of a data track arrive whole at those who subscribe, with ${mode}`, async () => {
    const a = await join("ana", `track-${single}`, { single });
    const b = await join("ben", `track-${single}`, { single });
    const c = await join("cem", `track-${single}`, { single: !single });
    const sid = await publish(a, "pose");
    for (const client of [b, c]) {
      assert.equal((await read(client, "ana", "pose")).sid, sid);
      const got = await eventually(() => frames(client), (read) => read.length > 50, { what: "50 frames" });
      assert.ok(got.every((frame) => frame.whole && frame.timestamp === frame.number + 1), JSON.stringify(got));
      const numbers = got.map((frame) => frame.number);
      assert.deepEqual(numbers, [...numbers].sort((x, y) => x - y), "in order");
    }
    await a.with({ code: `clearInterval(harness.frames); await harness.dataTrack.unpublish()` });
    for (const client of [b, c]) {
      await eventually(() => client.eventsNamed("dataTrackUnpublished"), (events) => events.length === 1, { what: "the end" });
      await eventually(() => client.with({ code: `return harness.ended === true` }), Boolean, { what: "the stream ends" });
    }
  });

  test(`who comes later finds the data track, and who stops reading may begin again, with ${mode}`, async () => {
    const a = await join("ana", `later-${single}`, { single });
    await publish(a, "pose");
    const b = await join("ben", `later-${single}`, { single });
    await read(b, "ana", "pose");
    await eventually(() => frames(b), (read) => read.length > 5, { what: "frames" });
    await b.with({ code: `await harness.reader.cancel()` });
    await read(b, "ana", "pose");
    await eventually(() => frames(b), (read) => read.length > 5, { what: "frames again" });
  });
}

test("two data tracks of one name, and one by somebody who may not send data, are refused", async () => {
  const a = await join("ana", "refused");
  await publish(a, "pose");
  await assert.rejects(publish(a, "pose"), /duplicate|already/i);
  const b = await join("ben", "refused", { grant: { canPublishData: false } });
  await assert.rejects(publish(b, "other"), /permission|allowed/i);
});
