import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type Device,
  deviceList,
  FIRST_CHOICES,
  firstLevel,
  loudnessOf,
  measureNetwork,
  newcomers,
  nextCamera,
  nextLevel,
  NO_DEVICES,
  present,
  type ProbeServer,
  recall,
  remember,
  repairGuide,
  stateOfError,
  verdictOf,
} from "../src/index.ts";
import { FakeClock } from "./fake_clock.ts";

const memory = (kept: Record<string, string> = {}) => ({
  getItem: (key: string) => kept[key] ?? null,
  setItem: (key: string, value: string) => void (kept[key] = value),
});

test("choices are remembered, and what makes no sense is forgotten", () => {
  const browser = memory();
  assert.deepEqual(recall(browser), FIRST_CHOICES);
  const chosen = { ...FIRST_CHOICES, camera_id: "c2", camera_on: false, name: "Ana" };
  assert.equal(remember(browser, chosen), true);
  assert.deepEqual(recall(browser), chosen);
  const odd = memory({ "stoa.choices": '{"camera_id":7,"blur":"yes","name":"Ben","microphone_on":false}' });
  assert.deepEqual(recall(odd), { ...FIRST_CHOICES, name: "Ben", microphone_on: false });
  assert.deepEqual(recall(memory({ "stoa.choices": "{" })), FIRST_CHOICES);
});

test("a browser that keeps nothing does not stop anybody", () => {
  const closed = {
    getItem: () => {
      throw new Error("SecurityError");
    },
    setItem: () => {
      throw new Error("QuotaExceededError");
    },
  };
  assert.deepEqual(recall(closed), FIRST_CHOICES);
  assert.equal(remember(closed, FIRST_CHOICES), false);
});

const device = (kind: Device["kind"], deviceId: string, label = deviceId): Device => ({ kind, deviceId, groupId: "", label });

test("a device is listed once, though browsers name the default twice", () => {
  const list = deviceList([
    device("audioinput", "default"),
    device("audioinput", "communications"),
    device("audioinput", "m1"),
    device("videoinput", "front"),
    device("videoinput", "back"),
  ]);
  assert.deepEqual(list.microphones.map(({ deviceId }) => deviceId), ["m1"]);
  assert.equal(nextCamera(list.cameras, "front")?.deviceId, "back");
  assert.equal(nextCamera(list.cameras, "back")?.deviceId, "front");
  assert.equal(nextCamera(list.cameras.slice(0, 1), "front"), null);
});

test("a remembered device that is not plugged in is the system's default", () => {
  const { cameras } = deviceList([device("videoinput", "front")]);
  assert.equal(present(cameras, "unplugged"), null);
  assert.equal(present(cameras, "front")?.deviceId, "front");
});

test("a headset that is plugged in is noticed; names that only now may be read are no newcomers", () => {
  const before = deviceList([device("audioinput", "m1")]);
  const now = deviceList([device("audioinput", "m1"), device("audioinput", "headset"), device("audiooutput", "headset")]);
  assert.deepEqual(newcomers(before, now).map(({ kind }) => kind), ["audioinput", "audiooutput"]);
  assert.deepEqual(newcomers(NO_DEVICES, now), []);
});

test("a browser's errors are the states that a person can do something about", () => {
  const error = (name: string, message = "") => Object.assign(new Error(message), { name });
  assert.equal(stateOfError(error("NotAllowedError", "Permission denied")), "denied");
  assert.equal(stateOfError(error("NotAllowedError", "Permission denied by system")), "blocked_by_system");
  assert.equal(stateOfError(error("NotReadableError")), "busy");
  assert.equal(stateOfError(error("NotFoundError")), "missing");
  assert.equal(stateOfError(new TypeError("mediaDevices is undefined")), "unsupported");
  assert.equal(stateOfError(null), "failed");
});

test("the steps out of a denial are those of the browser at hand", () => {
  const chrome = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0 Safari/537.36";
  const safari = "Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Safari/605.1.15";
  const iphone = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0) AppleWebKit/605.1.15 CriOS/150.0 Mobile Safari/604.1";
  assert.deepEqual([chrome, safari, iphone].map(repairGuide), ["chrome", "safari", "ios"]);
  assert.equal(repairGuide(`${iphone} MicroMessenger/8.0`), "in_app");
});

const tone = (amplitude: number) => Float32Array.from({ length: 512 }, (_, at) => amplitude * Math.sin(at / 5));

test("the level rises with a voice at once, falls slowly, and is never off the scale", () => {
  assert.ok(loudnessOf(tone(0.05)) > 0.4 && loudnessOf(tone(0.05)) < 0.8);
  assert.equal(loudnessOf(tone(1)), 1);
  assert.equal(loudnessOf(new Float32Array(512)), 0);
  const loud = nextLevel(firstLevel(0), tone(0.5), 50);
  const after = nextLevel(loud, new Float32Array(512), 150);
  assert.ok(after.value > 0.7 && after.value < loud.value);
});

test("a microphone that hears nothing for five seconds is doubted, until it hears something", () => {
  let level = firstLevel(0);
  for (let now = 100; now <= 5_000; now += 100) level = nextLevel(level, new Float32Array(512), now);
  assert.equal(level.silent, true);
  assert.equal(nextLevel(level, tone(0.1), 5_100).silent, false);
});

const measured = { up_kbps: 8_000, down_kbps: 20_000, rtt_ms: 30, loss: 0 };
const keysOf = (change: Partial<typeof measured>) => verdictOf({ ...measured, ...change }).messages.map(({ key }) => key);

test("a network is judged in words, the worst first", () => {
  assert.deepEqual(keysOf({}), ["network.good"]);
  assert.deepEqual(keysOf({ up_kbps: 1_200 }), ["network.fair"]);
  assert.deepEqual(keysOf({ up_kbps: 60, rtt_ms: 700 }), ["network.up_audio_at_risk", "network.slow"]);
  assert.deepEqual(keysOf({ down_kbps: 150 }), ["network.down_audio_only"]);
  assert.deepEqual(keysOf({ loss: 0.2 }), ["network.lossy"]);
});

test("380 kbit/s upwards advise to leave the camera off", () => {
  const verdict = verdictOf({ ...measured, up_kbps: 383 });
  assert.deepEqual(verdict, {
    grade: "poor",
    messages: [{ key: "network.up_camera_off", values: { kbps: 380 } }],
    advice: { camera_off: true },
  });
});

test("no answer at all is said, and what could not be measured is not judged", () => {
  const nothing = { up_kbps: null, down_kbps: null, rtt_ms: null, loss: null };
  assert.deepEqual(verdictOf(nothing).messages.map(({ key }) => key), ["network.unanswered"]);
  assert.equal(verdictOf({ ...nothing, rtt_ms: 20 }).grade, "good");
});

/** A server behind a line of these rates, on the test's clock. */
function line(clock: FakeClock, { up_kbps, down_kbps, rtt_ms }: { up_kbps: number; down_kbps: number; rtt_ms: number }): ProbeServer {
  const wait = (ms: number, signal: AbortSignal) =>
    new Promise<void>((done, failed) => {
      clock.after(ms, done);
      signal.addEventListener("abort", () => failed(new Error("aborted")));
    });
  const CHUNK = 8 * 1024;
  return {
    down: async (bytes, { signal }) => {
      await wait(rtt_ms, signal);
      let left = bytes;
      const body = new ReadableStream<Uint8Array>(
        {
          async pull(controller) {
            if (left <= 0) return controller.close();
            const size = Math.min(left, CHUNK);
            await wait((size * 8) / down_kbps, signal);
            left -= size;
            controller.enqueue(new Uint8Array(size));
          },
        },
        { highWaterMark: 0 },
      );
      return new Response(body);
    },
    up: (body, { signal }) => wait(rtt_ms + (body.byteLength * 8) / up_kbps, signal),
  };
}

/** Streams of Node settle in ticks of the event loop, so the clock is moved from there. */
async function measure(clock: FakeClock, server: ProbeServer) {
  const began = clock.now();
  let result: Awaited<ReturnType<typeof measureNetwork>> | null = null;
  void measureNetwork(server, clock).then((measure) => (result = measure));
  for (let turn = 0; turn < 20_000 && result === null; turn++) {
    await new Promise<void>((done) => setImmediate(done));
    if (result === null) clock.pass(1);
  }
  assert.ok(result !== null);
  return { ...(result as Awaited<ReturnType<typeof measureNetwork>>), took_ms: clock.now() - began };
}

for (const rates of [
  { up_kbps: 380, down_kbps: 2_000, rtt_ms: 60 },
  { up_kbps: 5_000, down_kbps: 40_000, rtt_ms: 20 },
  { up_kbps: 900, down_kbps: 500, rtt_ms: 150 },
]) {
  test(`${rates.up_kbps} up and ${rates.down_kbps} down are measured within three seconds, to a third`, async () => {
    const clock = new FakeClock();
    const { up_kbps, down_kbps, rtt_ms, took_ms } = await measure(clock, line(clock, rates));
    const near = (seen: number | null, real: number) => seen !== null && seen > real * 0.66 && seen < real * 1.5;
    assert.ok(near(up_kbps, rates.up_kbps), `up ${up_kbps}`);
    assert.ok(near(down_kbps, rates.down_kbps), `down ${down_kbps}`);
    assert.ok(rtt_ms !== null && Math.abs(rtt_ms - rates.rtt_ms) < 30, `rtt ${rtt_ms}`);
    assert.ok(took_ms <= 3_000, `${took_ms} ms`);
  });
}

test("a line on which nothing comes through in time is known to be worse than that", async () => {
  const clock = new FakeClock();
  const { up_kbps } = await measure(clock, line(clock, { up_kbps: 40, down_kbps: 2_000, rtt_ms: 60 }));
  assert.equal(verdictOf({ ...measured, up_kbps }).advice.camera_off, true);
});

test("a server that does not answer is found out in time", async () => {
  const clock = new FakeClock();
  const silent: ProbeServer = {
    down: () => new Promise(() => {}),
    up: () => new Promise(() => {}),
  };
  const seen = await measure(clock, silent);
  assert.deepEqual([seen.rtt_ms, seen.up_kbps, seen.down_kbps], [null, null, null]);
  assert.ok(seen.took_ms <= 3_000);
});
