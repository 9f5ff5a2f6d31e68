// The published `livekit-server-sdk` looks after rooms: JSON, where the Python SDK speaks protobuf.
//
// Run by `cargo xtask test` with LIVEKIT_URL, LIVEKIT_API_KEY and LIVEKIT_API_SECRET set.

import assert from "node:assert/strict";
import { AgentDispatchClient, EgressClient, RoomServiceClient } from "livekit-server-sdk";
import { tell } from "../lib/stories.mjs";

const url = (process.env.LIVEKIT_URL ?? "ws://127.0.0.1:7880").replace(/^ws/, "http");
const key = process.env.LIVEKIT_API_KEY ?? "devkey";
const secret = process.env.LIVEKIT_API_SECRET ?? "secret";
const rooms = new RoomServiceClient(url, key, secret);
const agents = new AgentDispatchClient(url, key, secret);
const name = `node-${process.pid}`;

async function refused(code, call) {
  await assert.rejects(call, (error) => {
    assert.equal(error.code, code, String(error));
    return true;
  });
}

const stories = {
  async "a room is made, listed, changed and ended"() {
    const room = await rooms.createRoom({ name, emptyTimeout: 60, departureTimeout: 11, metadata: "m" });
    assert.match(room.sid, /^RM_/);
    assert.equal(room.emptyTimeout, 60);
    assert.equal(room.departureTimeout, 11);
    assert.equal(typeof room.creationTime, "bigint");
    assert.deepEqual((await rooms.listRooms([name])).map((r) => r.sid), [room.sid]);
    assert.equal((await rooms.updateRoomMetadata(name, "n")).metadata, "n");
    assert.deepEqual(await rooms.listParticipants(name), []);
    await rooms.deleteRoom(name);
    assert.deepEqual(await rooms.listRooms([name]), []);
    await refused("not_found", rooms.deleteRoom(name));
  },

  async "who is not there is not found"() {
    await rooms.createRoom({ name });
    await refused("not_found", rooms.getParticipant(name, "eve"));
    await refused("not_found", rooms.removeParticipant(name, "eve"));
    await refused("not_found", rooms.updateParticipant(name, "eve", { metadata: "m" }));
    await refused("not_found", rooms.mutePublishedTrack(name, "eve", "TR_x", true));
    await refused("not_found", rooms.updateSubscriptions(name, "eve", ["TR_x"], true));
    await rooms.sendData(name, new TextEncoder().encode("to nobody"), 0, { topic: "t" });
    await rooms.deleteRoom(name);
  },

  async "an agent is dispatched, listed and taken back"() {
    const made = await agents.createDispatch(name, "barista", { metadata: "two sugars" });
    assert.match(made.id, /^AD_/);
    const [listed] = await agents.listDispatch(name);
    assert.equal(listed.id, made.id);
    assert.equal(listed.agentName, "barista");
    assert.equal(listed.metadata, "two sugars");
    assert.equal((await agents.getDispatch(made.id, name)).id, made.id);
    await agents.deleteDispatch(made.id, name);
    assert.deepEqual(await agents.listDispatch(name), []);
    await rooms.deleteRoom(name);
  },

  async "a wrong secret and a missing service are told apart"() {
    await refused("unauthenticated", new RoomServiceClient(url, key, "wrong".repeat(8)).listRooms());
    await refused("unimplemented", new EgressClient(url, key, secret).listEgress());
  },
};

await tell(stories);
