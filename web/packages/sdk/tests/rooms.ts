import type { FeatureEvent, RoomState } from "../src/index.ts";

/** A room with one host in it, for tests. */
export const roomState = (change: Partial<RoomState> = {}): RoomState => ({
  seq: 10,
  at: 1_790_000_000_000,
  me: { identity: "ana", role: "host", rights: ["chat", "admit"] },
  room: {
    room_id: "room_1",
    title: "Weekly",
    kind: "meeting",
    template: null,
    locked: false,
    started_at: 1_790_000_000_000,
    ends_at: null,
    agenda: [],
  },
  people: { people: [], audience: 0 },
  chat: { messages: [], slow_s: 0, blocked: [] },
  ...change,
});

export const locked = (seq: number, locked: boolean): FeatureEvent => ({
  seq,
  at: 1_790_000_000_000 + seq,
  feature: "room",
  type: "locked",
  locked,
  by: "ana",
});

/** As the server cuts a snapshot for a data packet. */
export function pieces(state: RoomState, count: number) {
  const text = JSON.stringify(state);
  const size = Math.ceil(text.length / count);
  return Array.from({ length: count }, (_, index) => ({
    snapshot: { index, count, text: text.slice(index * size, (index + 1) * size) },
  }));
}
