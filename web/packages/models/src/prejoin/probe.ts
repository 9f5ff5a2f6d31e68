import { type Clock, realClock } from "../clock.ts";
import type { NetworkMeasure } from "./verdict.ts";

/** Where to; `createApi().probe` of the SDK is one. */
export interface ProbeServer {
  readonly down: (bytes: number, options: { readonly signal: AbortSignal }) => Promise<Response>;
  readonly up: (body: Uint8Array, options: { readonly signal: AbortSignal }) => Promise<void>;
}

/** A person waits so long for a verdict; the three parts share it. */
const BUDGET_MS = { round_trips: 600, down: 1_100, up: 1_100 };
const ROUND_TRIPS = 5;
/** Doubling from what a bad line carries in a third of a second to what tells a good line from a very good one. */
const SIZES_BYTES = [16, 64, 256, 1_024].map((kib) => kib * 1_024);
/** When a transfer has taken so long, its rate is known well enough. */
const LONG_ENOUGH_MS = 350;

/** Measures the way to the server, within three seconds. */
export async function measureNetwork(server: ProbeServer, clock: Clock = realClock): Promise<NetworkMeasure> {
  const { rtt_ms, loss } = await roundTrips(server, clock);
  if (rtt_ms === null) return { up_kbps: null, down_kbps: null, rtt_ms, loss };
  const down_kbps = await rate(BUDGET_MS.down, rtt_ms, clock, async (bytes, signal, count) => {
    const response = await server.down(bytes, { signal });
    const reader = response.body?.getReader();
    if (!reader) return count((await response.arrayBuffer()).byteLength);
    for (let part = await reader.read(); !part.done; part = await reader.read()) count(part.value.byteLength);
  });
  const up_kbps = await rate(BUDGET_MS.up, rtt_ms, clock, async (bytes, signal, count) => {
    await server.up(new Uint8Array(bytes), { signal });
    count(bytes);
  });
  return { up_kbps, down_kbps, rtt_ms, loss };
}

/** The quickest of a few: the others met a queue. Those that did not come back count as lost. */
async function roundTrips(server: ProbeServer, clock: Clock): Promise<Pick<NetworkMeasure, "rtt_ms" | "loss">> {
  const times: number[] = [];
  let failed = 0;
  const began = clock.now();
  for (let at = 0; at < ROUND_TRIPS && clock.now() - began < BUDGET_MS.round_trips; at++) {
    const sent = clock.now();
    const answered = await within(BUDGET_MS.round_trips, clock, async (signal) => {
      await (await server.down(1, { signal })).arrayBuffer();
    });
    if (answered) times.push(clock.now() - sent);
    else failed += 1;
  }
  // The first also opens the connection.
  const warm = times.length > 1 ? times.slice(1) : times;
  const rtt_ms = warm.length > 0 ? Math.min(...warm) : null;
  const tries = times.length + failed;
  return { rtt_ms, loss: tries >= 3 ? failed / tries : null };
}

type Transfer = (bytes: number, signal: AbortSignal, count: (bytes: number) => void) => Promise<void>;

/** Larger and larger transfers until one takes long enough or the time is over. */
async function rate(budget_ms: number, rtt_ms: number, clock: Clock, transfer: Transfer): Promise<number | null> {
  const end = clock.now() + budget_ms;
  let kbps: number | null = null;
  for (const bytes of SIZES_BYTES) {
    const left = end - clock.now();
    if (left <= 0) break;
    const sent = clock.now();
    let carried = 0;
    const done = await within(left, clock, (signal) => transfer(bytes, signal, (more) => (carried += more)));
    const took = clock.now() - sent;
    // The way there and back is not transfer; but what is left must stay a time.
    const busy = Math.max(took - rtt_ms, took / 4, 1);
    if (carried > 0) kbps = (carried * 8) / busy;
    if (!done) {
      // Nothing but this is known: it did not come through in the time. It is at most this fast.
      kbps ??= (bytes * 8) / took;
      break;
    }
    if (took >= LONG_ENOUGH_MS) break;
  }
  return kbps;
}

/** Whether it was done in time; what was not is given up. */
async function within(ms: number, clock: Clock, act: (signal: AbortSignal) => Promise<void>): Promise<boolean> {
  const abort = new AbortController();
  let cancel = () => {};
  const late = new Promise<false>((resolve) => {
    cancel = clock.after(ms, () => {
      abort.abort();
      resolve(false);
    });
  });
  const done = act(abort.signal).then(
    () => true,
    () => false,
  );
  const outcome = await Promise.race([done, late]);
  cancel();
  return outcome;
}
