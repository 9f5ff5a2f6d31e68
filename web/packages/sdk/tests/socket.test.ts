import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { type ConnectionError, type Incoming, socketTransport } from "../src/index.ts";
import { locked, roomState } from "./rooms.ts";

/** The other ends of the sockets that were opened, in order. */
let sockets: Line[] = [];

class Line {
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  readonly address: string;
  readonly sent: { id: number; method: string; params: unknown }[] = [];
  constructor(address: URL) {
    this.address = String(address);
    sockets.push(this);
  }
  send(text: string) {
    this.sent.push(JSON.parse(text));
  }
  close(code = 1000) {
    this.onclose?.({ code });
  }
  say(message: object) {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
}

const open = (token: string | (() => Promise<string>) = "a&b") =>
  socketTransport({ url: "wss://meet.test/base", token, WebSocket: Line as unknown as typeof WebSocket });

/** Lets promises settle; timers stand still. */
const settle = async () => {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
};

beforeEach(() => {
  sockets = [];
  mock.timers.enable({ apis: ["setTimeout"] });
});
afterEach(() => mock.timers.reset());

async function connected() {
  const transport = open();
  await settle();
  const line = sockets[0] as Line;
  line.say({ snapshot: roomState() });
  return { transport, line };
}

test("the token goes into the address, escaped, and the snapshot opens the door", async () => {
  const transport = open();
  const heard: Incoming[] = [];
  transport.listen((message) => heard.push(message));
  await settle();
  assert.equal(sockets[0]?.address, "wss://meet.test/base/room/ws?access_token=a%26b");
  assert.equal(transport.status.getSnapshot().phase, "connecting");
  sockets[0]?.say({ snapshot: roomState() });
  assert.equal(transport.status.getSnapshot().phase, "connected");
  assert.equal(heard.length, 1);
});

test("answers find their commands by id, in any order", async () => {
  const { transport, line } = await connected();
  const first = transport.send("chat.say", { id: "1" });
  const second = transport.send("room.lock", { locked: true });
  const [one, two] = line.sent;
  line.say({ id: two?.id, refusal: { code: "right_missing", right: "lock", message: "You may not." } });
  line.say({ id: one?.id, reply: { message: 1 } });
  assert.deepEqual(await first, { message: 1 });
  await assert.rejects(second, { name: "RefusalError", code: "right_missing", method: "room.lock" });
});

test("what was under way when the line broke is of unknown outcome, and the line is found again", async () => {
  const { transport, line } = await connected();
  const command = transport.send("room.lock", { locked: true });
  line.close(1006);
  await assert.rejects(command, (error: ConnectionError) => error.outcome === "unknown");
  assert.equal(transport.status.getSnapshot().phase, "reconnecting");
  await assert.rejects(transport.send("room.lock", {}), (error: ConnectionError) => error.outcome === "not_sent");
  mock.timers.tick(1_000);
  await settle();
  sockets[1]?.say({ snapshot: roomState() });
  assert.equal(transport.status.getSnapshot().phase, "connected");
});

test("a server that stays away is given up after a while", async () => {
  const { transport, line } = await connected();
  line.close(1006);
  for (let attempt = 1; attempt < 20; attempt++) {
    mock.timers.tick(10_000);
    await settle();
    sockets[attempt]?.close(1006);
    await settle();
  }
  assert.deepEqual(transport.status.getSnapshot(), { phase: "closed", reason: "connection_lost" });
  assert.ok(sockets.length <= 12, `${sockets.length} attempts`);
});

test("each connection gets a token of its own where there is a source of them", async () => {
  let count = 0;
  const transport = open(async () => `token-${++count}`);
  await settle();
  sockets[0]?.say({ snapshot: roomState() });
  sockets[0]?.close(1006);
  mock.timers.tick(1_000);
  await settle();
  assert.match(sockets[1]?.address ?? "", /token-2$/);
  await transport.close();
});

test("the end of the room, or a close for a reason, is final", async () => {
  const ended = await connected();
  ended.line.say({ event: { ...locked(11, true), type: "ended" } });
  assert.deepEqual(ended.transport.status.getSnapshot(), { phase: "closed", reason: "room_ended" });
  sockets = [];
  const removed = await connected();
  removed.line.close(4001);
  assert.deepEqual(removed.transport.status.getSnapshot(), { phase: "closed", reason: "removed" });
  mock.timers.tick(60_000);
  await settle();
  assert.equal(sockets.length, 1);
});

test("a command that is not answered rejects in the end", async () => {
  const { transport } = await connected();
  const command = transport.send("room.lock", { locked: true });
  mock.timers.tick(15_000);
  await assert.rejects(command, (error: ConnectionError) => error.outcome === "unknown");
});

test("leaving ends the line and everything that waits", async () => {
  const { transport } = await connected();
  const command = transport.send("room.lock", { locked: true });
  await transport.close();
  await assert.rejects(command, { name: "ConnectionError" });
  assert.equal(transport.status.getSnapshot().reason, "left");
});
