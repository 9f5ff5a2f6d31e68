import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { eventually } from "../lib/browser.mjs";
import { MODES, RED, looksLike, meeting } from "../lib/people.mjs";

const place = meeting();
const { join } = place;
afterEach(place.leave);

const publishData = `await room.localParticipant.publishData(new TextEncoder().encode(argument.text), argument.options)`;
const send = (client, text, options = { reliable: true }) => client.with({ code: publishData, argument: { text, options } });

for (const [mode, single] of Object.entries(MODES)) {
  test(`packets keep their order and carry the sender's name, with ${mode}`, async () => {
    const a = await join("ana", `order-${single}`, { single });
    const b = await join("ben", `order-${single}`, { single });
    await a.with({
      code: `for (let n = 0; n < 300; n++) await room.localParticipant.publishData(new TextEncoder().encode(String(n)), { reliable: true })`,
    });
    const got = await eventually(() => b.received(), (data) => data.length === 300, { what: "300 packets" });
    assert.deepEqual(got.map((packet) => Number(packet.text)), [...Array(300).keys()]);
    assert.ok(got.every((packet) => packet.from === "ana"));
  });

  test(`a lossy packet and one for a single person arrive, with ${mode}`, async () => {
    const a = await join("ana", `lossy-${single}`, { single });
    const b = await join("ben", `lossy-${single}`, { single });
    const c = await join("cem", `lossy-${single}`, { single });
    await send(a, "quick", { reliable: false });
    await send(a, "psst", { reliable: true, destinationIdentities: ["cem"] });
    await send(a, "all");
    const texts = (client) => eventually(() => client.received(), (data) => data.some((d) => d.text === "all"));
    assert.ok((await texts(c)).some((packet) => packet.text === "psst"));
    assert.ok(!(await texts(b)).some((packet) => packet.text === "psst"));
    await eventually(() => b.received(), (data) => data.some((d) => d.text === "quick"), { what: "the lossy packet" });
  });

  test(`texts and calls of procedures reach the other side, with ${mode}`, async () => {
    const a = await join("ana", `rpc-${single}`, { single });
    const b = await join("ben", `rpc-${single}`, { single });
    const text = "价格 ".repeat(20_000);
    await a.with({ code: `await room.localParticipant.sendText(argument, { topic: "notes" })`, argument: text });
    const [note] = await eventually(() => b.received(), (data) => data.length === 1, { what: "the text" });
    assert.equal(note.text, text);
    assert.equal(note.from, "ana");

    await b.with({ code: `room.registerRpcMethod("price", async (call) => call.payload + " for " + call.callerIdentity)` });
    const call = (method) =>
      a.with({
        code: `return room.localParticipant.performRpc({ destinationIdentity: "ben", method: argument, payload: "SKU-7" })`,
        argument: method,
      });
    assert.equal(await call("price"), "SKU-7 for ana");
    await assert.rejects(call("unknown"), /not supported/i);
  });
}

test("a byte stream of 100 MB arrives intact while a call goes on", async () => {
  const a = await join("ana", "large");
  const b = await join("ben", "large");
  // Ana's and Ben's pages are busy with the file; the call that must not suffer is another's.
  const c = await join("cem", "large");
  await c.publishPicture({ color: RED, width: 320, height: 180, fps: 15 });
  await eventually(() => b.seen({ identity: "cem" }), looksLike(RED), { what: "the call is on" });
  const sent = a.with({
    code: `
      const file = new Uint8Array(argument);
      for (let at = 0; at < file.length; at += 65_536) crypto.getRandomValues(file.subarray(at, at + 65_536));
      const writer = await room.localParticipant.streamBytes({ name: "film", topic: "files", totalSize: file.length });
      await writer.write(file);
      await writer.close();
      return harness.digest([file]);`,
    argument: 100_000_000,
  });
  const during = await b.movement({ identity: "cem", ms: 5000 });
  assert.ok(during.frames > 20, `the picture goes on: ${JSON.stringify(during)}`);
  const digest = await sent;
  const [file] = await eventually(() => b.received(), (data) => data.length === 1, { what: "the file", within: 240_000 });
  assert.deepEqual({ bytes: file.bytes, digest: file.digest, from: file.from }, { bytes: 100_000_000, digest, from: "ana" });
});

test("who may not send data is not heard", async () => {
  const a = await join("ana", "quiet", { grant: { canPublishData: false } });
  const b = await join("ben", "quiet");
  await send(a, "forbidden").catch(() => {});
  await send(b, "allowed");
  await eventually(() => a.received(), (data) => data.length === 1, { what: "ana hears ben" });
  assert.deepEqual(await b.received(), []);
});
