import assert from "node:assert/strict";
import { test } from "node:test";
import { givenUp, networkBanner, type NetworkState, readReport, roundTripOf, signOf, type StatsEntry } from "../src/index.ts";
import { FakeClock } from "./fake_clock.ts";

const well: NetworkState = {
  quality: "good",
  paused_pictures: 0,
  pictures: 3,
  camera_limited_by: "none",
  sent_height: 720,
  camera_height: 720,
  concealed: 0,
};

test("the gravest that was given up is said", () => {
  assert.equal(givenUp(well), null);
  assert.equal(givenUp({ ...well, paused_pictures: 3 })?.key, "banner.sound_first");
  assert.deepEqual(givenUp({ ...well, paused_pictures: 1 })?.values, { count: 1 });
  assert.equal(givenUp({ ...well, concealed: 0.3, paused_pictures: 3 })?.key, "banner.sound_first");
  assert.equal(givenUp({ ...well, concealed: 0.3 })?.key, "banner.sound_breaks");
  assert.equal(givenUp({ ...well, quality: "lost", paused_pictures: 3 })?.key, "banner.lost");
  assert.equal(givenUp({ ...well, quality: "poor" })?.key, "banner.weak");
});

test("a smaller picture is said to be the network's doing only when it is", () => {
  const small = { ...well, sent_height: 180 };
  assert.equal(givenUp(small), null);
  assert.equal(givenUp({ ...small, camera_limited_by: "bandwidth" })?.key, "banner.camera_reduced");
  assert.equal(givenUp({ ...small, camera_limited_by: "cpu" })?.key, "banner.camera_reduced_by_cpu");
});

test("a short dip shows no banner, and one that is shown does not flicker", () => {
  const clock = new FakeClock();
  const banner = networkBanner(clock);
  const shown: (string | undefined)[] = [];
  banner.subscribe(() => shown.push(banner.getSnapshot()?.key));
  const give = (state: NetworkState, seconds: number) => {
    for (let second = 0; second < seconds; second++) {
      banner.give(state);
      clock.pass(1_000);
    }
  };
  const bad = { ...well, paused_pictures: 3 };
  give(bad, 1);
  give(well, 3);
  assert.deepEqual(shown, []);
  give(bad, 3);
  give(well, 3);
  give(bad, 3);
  assert.deepEqual(shown, ["banner.sound_first"]);
  give(well, 6);
  assert.deepEqual(shown, ["banner.sound_first", undefined]);
  banner.close();
});

test("a banner gives way to a graver one", () => {
  const clock = new FakeClock();
  const banner = networkBanner(clock);
  const give = (state: NetworkState) => {
    banner.give(state);
    clock.pass(1_000);
  };
  for (let second = 0; second < 4; second++) give({ ...well, quality: "poor" });
  assert.equal(banner.getSnapshot()?.key, "banner.weak");
  for (let second = 0; second < 3; second++) give({ ...well, paused_pictures: 3 });
  assert.equal(banner.getSnapshot()?.key, "banner.sound_first");
  banner.close();
});

test("a tile has a sign only when something is wrong", () => {
  assert.equal(signOf({ quality: "excellent", paused: false, has_picture: true }), "none");
  assert.equal(signOf({ quality: "good", paused: true, has_picture: true }), "picture_paused");
  assert.equal(signOf({ quality: "good", paused: true, has_picture: false }), "none");
  assert.equal(signOf({ quality: "lost", paused: true, has_picture: true }), "lost");
  assert.equal(signOf({ quality: "poor", paused: false, has_picture: false }), "weak");
});

const inbound = (bytes: number, packets: number, lost: number): StatsEntry[] => [
  { id: "C", type: "codec", mimeType: "video/VP8" },
  {
    id: "I",
    type: "inbound-rtp",
    kind: "video",
    codecId: "C",
    bytesReceived: bytes,
    packetsReceived: packets,
    packetsLost: lost,
    jitter: 0.012,
    frameWidth: 1280,
    frameHeight: 720,
    framesPerSecond: 30,
  },
];

test("rates and losses are those since the sample before", () => {
  const first = readReport(inbound(1_000_000, 1_000, 50), null, 1_000);
  assert.deepEqual([first.statistics?.kbps, first.statistics?.loss], [0, 0]);
  const { statistics } = readReport(inbound(1_250_000, 1_090, 60), first.counters, 3_000);
  assert.deepEqual(
    [statistics?.kbps, statistics?.loss, statistics?.jitter_ms, statistics?.codec, statistics?.height],
    [1_000, 0.1, 12, "VP8", 720],
  );
});

test("of a camera that is sent in layers the largest is shown, the rates are added, the limit is said", () => {
  const layer = (id: string, height: number, reason: string): StatsEntry => ({
    id,
    type: "outbound-rtp",
    kind: "video",
    bytesSent: 100_000,
    packetsSent: 100,
    frameWidth: (height * 16) / 9,
    frameHeight: height,
    qualityLimitationReason: reason,
  });
  const remote: StatsEntry = { id: "R", type: "remote-inbound-rtp", packetsLost: 0, roundTripTime: 0.08 };
  const { statistics, counters } = readReport([layer("a", 180, "none"), layer("b", 360, "bandwidth"), remote], null, 0);
  assert.deepEqual([statistics?.height, statistics?.limited_by, counters?.bytes], [360, "bandwidth", 200_000]);
  assert.equal(statistics?.rtt_ms, 80);
});

test("counters that begin anew with a new connection give no negative rate", () => {
  const before = readReport(inbound(1_000_000, 1_000, 50), null, 1_000).counters;
  const { statistics } = readReport(inbound(10_000, 10, 0), before, 2_000);
  assert.deepEqual([statistics?.kbps, statistics?.loss], [0, 0]);
});

test("the round trip is that of the way in use", () => {
  const pair = (id: string, nominated: boolean, currentRoundTripTime: number): StatsEntry => ({
    id,
    type: "candidate-pair",
    state: "succeeded",
    nominated,
    currentRoundTripTime,
  });
  assert.equal(roundTripOf([pair("a", false, 0.5), pair("b", true, 0.03)]), 30);
  assert.equal(roundTripOf([]), null);
});
