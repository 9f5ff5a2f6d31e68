import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { cell, type FeatureEvent, type Incoming, openRoom, RefusalError, type Status, type Transport } from "../src/index.ts";
import { locked, pieces, roomState } from "./rooms.ts";

/** A way to a room whose other end is the test. */
function wire({ greeted = false } = {}) {
  const status = cell<Status>({ phase: "connecting" });
  const listeners = new Set<(message: Incoming) => void>();
  const sent: [string, unknown][] = [];
  let hellos = 0;
  let refuses: Error | null = null;
  const transport: Transport = {
    status,
    greeted,
    send: async (method, params) => {
      sent.push([method, params]);
      if (refuses) throw refuses;
      return { message: params };
    },
    hello: async () => {
      hellos += 1;
      if (refuses) throw refuses;
    },
    listen: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close: async () => status.set({ phase: "closed", reason: "left" }),
  };
  return {
    transport,
    status,
    sent,
    hellos: () => hellos,
    refuse: (error: Error) => (refuses = error),
    say: (message: object) => listeners.forEach((listener) => listener(message as Incoming)),
  };
}

test("a room is greeted when connected, and again after each reconnect", async () => {
  const { transport, status, hellos, say } = wire();
  const room = openRoom(transport, null);
  assert.equal(hellos(), 0);
  status.set({ phase: "connected" });
  assert.equal(hellos(), 1);
  pieces(roomState(), 2).forEach(say);
  assert.equal((await room.ready).seq, 10);

  status.set({ phase: "reconnecting" });
  assert.equal(room.state.getSnapshot()?.seq, 10, "the last state stays on the screen");
  status.set({ phase: "connected" });
  assert.equal(hellos(), 2);
  pieces(roomState({ seq: 40 }), 1).forEach(say);
  assert.equal(room.state.getSnapshot()?.seq, 40);
  await room.leave();
});

test("a door that sends its snapshot unasked is not greeted", () => {
  const { transport, status, hellos } = wire({ greeted: true });
  openRoom(transport, null);
  status.set({ phase: "connected" });
  assert.equal(hellos(), 0);
});

test("a client that fell behind greets again", async () => {
  const { transport, status, hellos, say } = wire();
  const room = openRoom(transport, null);
  status.set({ phase: "connected" });
  say({ snapshot: roomState() });
  say({ resync: true });
  assert.equal(hellos(), 2);
  await room.leave();
});

test("a snapshot that does not come is asked for again, less and less often", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { transport, status, hellos } = wire();
  openRoom(transport, null);
  status.set({ phase: "connected" });
  mock.timers.tick(5_000);
  assert.equal(hellos(), 2);
  mock.timers.tick(5_000);
  assert.equal(hellos(), 2);
  mock.timers.tick(5_000);
  assert.equal(hellos(), 3);
  mock.timers.reset();
});

test("each listener hears the events of its name, after the state has them", async () => {
  const { transport, status, say } = wire();
  const room = openRoom(transport, null);
  status.set({ phase: "connected" });
  say({ snapshot: roomState() });
  const heard: [boolean, boolean | undefined][] = [];
  const all: FeatureEvent[] = [];
  const stop = room.on("room.locked", (event) => heard.push([event.locked, room.state.getSnapshot()?.room.locked]));
  room.onEvent((event) => all.push(event));
  say({ event: locked(11, true) });
  say({ event: { seq: 12, at: 1, feature: "room", type: "ending", ends_at: 5 } });
  stop();
  say({ event: locked(13, false) });
  assert.deepEqual(heard, [[true, true]]);
  assert.deepEqual(all.map(({ seq }) => seq), [11, 12, 13]);
  await room.leave();
});

test("chat is said to all, with an id of the client's own", async () => {
  const { transport, sent } = wire();
  const room = openRoom(transport, null);
  await room.chat.say("hello");
  const [method, params] = sent[0] as [string, { id: string }];
  assert.equal(method, "chat.say");
  assert.match(params.id, /^[0-9a-f]{32}$/);
  assert.deepEqual(params, { id: params.id, text: "hello", to: { kind: "all" } });
});

test("a refused command rejects with the code, and a refused greeting ends the waiting", async () => {
  const { transport, status, refuse } = wire();
  const room = openRoom(transport, null);
  refuse(new RefusalError("room.hello", { code: "unknown_method", message: "no such method" }));
  await assert.rejects(room.lobby.admitAll(), { name: "RefusalError", code: "unknown_method" });
  status.set({ phase: "connected" });
  await assert.rejects(room.ready, { code: "unknown_method" });
});

test("whoever waits for a room that closes is told why", async () => {
  const { transport, status } = wire();
  const room = openRoom(transport, null);
  status.set({ phase: "closed", reason: "removed" });
  await assert.rejects(room.ready, /removed/);
});

test("rights are read from the state", () => {
  const { transport, status, say } = wire();
  const room = openRoom(transport, null);
  assert.equal(room.mayI("admit"), false);
  status.set({ phase: "connected" });
  say({ snapshot: roomState() });
  assert.equal(room.mayI("admit"), true);
  assert.equal(room.mayI("ban"), false);
});
