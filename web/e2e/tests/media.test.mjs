import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { eventually } from "../lib/browser.mjs";
import { BLUE, GREEN, MODES, RED, looksLike, meeting } from "../lib/people.mjs";

const place = meeting();
const { join } = place;
afterEach(place.leave);

/** Screen-sized, so that three layers are worth publishing. */
const LARGE = { width: 1280, height: 720, fps: 20 };
/**
 * On a busy machine Chromium begins scalable video at three quarters of its size, because its first
 * estimates are low, and stays there when they have grown: with several spatial layers it does not
 * scale by quality.
 */
const KEEP_SIZE = "maintain-resolution";
const isWide = (width) => (seen) => seen?.width === width;

for (const [mode, single] of Object.entries(MODES)) {
  for (const codec of ["vp8", "h264", "vp9", "av1"]) {
    test(`${codec} is published and seen, with ${mode}`, async () => {
      const room = `codec-${codec}-${single}`;
      const a = await join("ana", room, { single });
      await a.publishPicture({ color: RED, options: { videoCodec: codec, backupCodec: false } });
      const b = await join("ben", room, { single });
      await eventually(() => b.seen({ identity: "ana" }), looksLike(RED), { what: "ben sees red", within: 20_000 });
      const moved = await b.movement({ identity: "ana" });
      assert.equal(moved.codec.toLowerCase(), `video/${codec}`);
      assert.ok(moved.frames > 3, JSON.stringify(moved));
    });
  }

  for (const codec of ["vp8", "h264"]) {
    test(`a subscriber of ${codec} simulcast gets each size on request, with ${mode}`, async () => {
      const room = `simulcast-${codec}-${single}`;
      const a = await join("ana", room, { single });
      await a.publishPicture({ color: GREEN, ...LARGE, options: { videoCodec: codec, simulcast: true } });
      const b = await join("ben", room, { single });
      await sizesOnRequest(b);
    });
  }

  for (const codec of ["vp9", "av1"]) {
    test(`a subscriber of ${codec} scalable video gets each size on request, with ${mode}`, async () => {
      const room = `svc-${codec}-${single}`;
      const a = await join("ana", room, { single });
      await a.publishPicture({
        color: GREEN,
        ...LARGE,
        options: { videoCodec: codec, scalabilityMode: "L3T3_KEY", backupCodec: false, degradationPreference: KEEP_SIZE },
      });
      const b = await join("ben", room, { single });
      await sizesOnRequest(b);
    });
  }

  test(`a shared screen is seen in full size beside the camera, with ${mode}`, async () => {
    const room = `screen-${single}`;
    const a = await join("ana", room, { single });
    await a.publishPicture({ color: RED });
    await a.publishPicture({ color: BLUE, ...LARGE, fps: 5, options: { source: "screen_share", simulcast: false } });
    const b = await join("ben", room, { single });
    await eventually(() => b.seen({ identity: "ana", source: "screen_share" }), looksLike(BLUE), { what: "the screen" });
    await eventually(() => b.seen({ identity: "ana" }), looksLike(RED), { what: "the camera" });
    await eventually(() => b.seen({ identity: "ana", source: "screen_share" }), isWide(1280), { what: "full size" });
  });
}

/** Asks for the lowest, highest, middle and highest layer, and looks at the pictures' sizes. */
async function sizesOnRequest(client) {
  await eventually(() => client.seen({ identity: "ana" }), looksLike(GREEN), { what: "green", within: 20_000 });
  for (const [quality, width] of [[0, 320], [2, 1280], [1, 640], [2, 1280]]) {
    await client.with({
      code: `room.remoteParticipants.get("ana").getTrackPublication("camera").setVideoQuality(argument)`,
      argument: quality,
    });
    const what = `${width} pixels wide for quality ${quality}`;
    await eventually(() => client.seen({ identity: "ana" }), isWide(width), { what, within: 30_000 });
    await eventually(() => client.seen({ identity: "ana" }), looksLike(GREEN), { what: "still green" });
  }
}

test("layers that nobody wants are not sent (dynacast), and come back when wanted", async () => {
  const a = await join("ana", "dynacast", { dynacast: true });
  await a.publishPicture({ color: GREEN, ...LARGE, options: { videoCodec: "vp8", simulcast: true } });
  const b = await join("ben", "dynacast");
  await eventually(() => b.seen({ identity: "ana" }), looksLike(GREEN), { what: "green" });
  const set = (quality) =>
    b.with({
      code: `room.remoteParticipants.get("ana").getTrackPublication("camera").setVideoQuality(argument)`,
      argument: quality,
    });
  const active = async () => {
    const { publisher } = await a.transport();
    return publisher.outbound.filter((stream) => stream.active).map((stream) => stream.rid).sort();
  };
  await set(0);
  await eventually(active, (rids) => rids.join() === "q", { what: "only the smallest is sent", within: 25_000 });
  await set(2);
  await eventually(active, (rids) => rids.includes("f"), { what: "the largest is sent again" });
  await eventually(() => b.seen({ identity: "ana" }), isWide(1280), { what: "and seen", within: 20_000 });
});

test("a picture that is shown small is sent small (adaptive stream)", async () => {
  const a = await join("ana", "adaptive");
  await a.publishPicture({ color: GREEN, ...LARGE, options: { videoCodec: "vp8", simulcast: true } });
  const b = await join("ben", "adaptive", { adaptiveStream: true });
  const show = (pixels) =>
    b.page.evaluate((pixels) => {
      for (const video of document.querySelectorAll("video")) video.style.width = `${pixels}px`;
    }, pixels);
  await eventually(() => b.seen({ identity: "ana" }), looksLike(GREEN), { what: "green" });
  await show(200);
  await eventually(() => b.seen({ identity: "ana" }), isWide(320), { what: "small", within: 20_000 });
  await show(1280);
  await eventually(() => b.seen({ identity: "ana" }), isWide(1280), { what: "large", within: 20_000 });
});
