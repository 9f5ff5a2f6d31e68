import assert from "node:assert/strict";
import { test } from "node:test";
import { Room, RoomEvent } from "livekit-client";
import { rpcTransport } from "../src/transport/rpc.ts";

test("a break is told whether media or only the signal connection was lost", () => {
  for (const lost of [RoomEvent.Reconnecting, RoomEvent.SignalReconnecting] as const) {
    const room = new Room();
    const { status } = rpcTransport(room);
    room.emit(RoomEvent.Connected);
    assert.equal(status.getSnapshot().phase, "connected");
    room.emit(lost);
    assert.equal(status.getSnapshot().phase, "reconnecting", lost);
    room.emit(RoomEvent.Reconnected);
    assert.equal(status.getSnapshot().phase, "connected");
  }
});
