import assert from "node:assert/strict";
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, test } from "node:test";
import { eventually } from "../lib/browser.mjs";
import { DESKTOP, gathering } from "../lib/meet.mjs";
import { frameOf } from "../lib/pixels.mjs";

const folder = await mkdtemp(join(tmpdir(), "stoa-person-"));
/** A motion JPEG is one JPEG after the other; of one alone the camera shows a still picture. */
const camera = join(folder, "person.mjpeg");
await copyFile(join(import.meta.dirname, "../../../fixtures/pictures/person.jpg"), camera);

const place = gathering({ flags: [`--use-file-for-fake-video-capture=${camera}`] });
afterEach(place.leave);
after(() => rm(folder, { recursive: true, force: true }));

/** Parts of the picture: what is in it, and where. */
const FACE = [0.36, 0.28, 0.52, 0.58];
const ROCKET = [0.7, 0.06, 0.9, 0.7];
const FLAG = [0, 0.06, 0.12, 0.7];
/** The wall beside the hair, where a person's colours would shine. */
const BESIDE = [0.22, 0.15, 0.28, 0.3];
const EDGES = [[0.15, 0, 0.3, 0.02], [0.6, 0, 0.7, 0.02], [0.985, 0.2, 1, 0.6]];

test("a person stays sharp before a background that is blurred up to the edges", async () => {
  const room = await place.host.meeting();
  const context = await place.browser.newContext({ ...DESKTOP, locale: "en", permissions: ["camera", "microphone"] });
  context.setDefaultTimeout(120_000);
  const page = await context.newPage();
  await page.goto(`${place.front.origin}/j/${room.link.code}`);
  await page.locator(".room-verdict[data-grade]").waitFor();
  const on = page.getByRole("button", { name: "Turn camera on" });
  if (await on.isVisible()) await on.click();
  const video = page.locator(".room-preview video");
  await video.waitFor();
  /** What is to be judged, in numbers. */
  const look = async () => {
    const picture = await frameOf(video);
    const details = Object.entries({ FACE, ROCKET, FLAG }).map(([name, box]) => [name, picture.detail(box)]);
    return { ...Object.fromEntries(details), edges: EDGES.map((box) => picture.meanOf(box)), beside: picture.meanOf(BESIDE) };
  };
  const clear = await eventually(look, ({ FACE }) => FACE > 2, { what: "the person is in the picture" });

  await page.getByRole("button", { name: "Blur background" }).click();
  const blurred = await eventually(look, ({ ROCKET }) => ROCKET < clear.ROCKET / 2, { what: "what is behind is blurred", within: 120_000 });
  const seen = JSON.stringify({ clear, blurred });
  assert.ok(blurred.FLAG < clear.FLAG / 2, `on the other side too: ${seen}`);
  assert.ok(blurred.FACE > clear.FACE * 0.9, `the face is as sharp as before: ${seen}`);
  EDGES.forEach((edge, at) => assert.ok(distance(blurred.edges[at], clear.edges[at]) < 16, `the picture is not darker at its edge ${edge}: ${seen}`));
  assert.ok(distance(blurred.beside, clear.beside) < 12, `nothing shines around the head: ${seen}`);

  await page.getByRole("button", { name: "Stop blurring background" }).click();
  await eventually(look, ({ ROCKET }) => ROCKET > clear.ROCKET * 0.9, { what: "the background is back" });
  await context.close();
});

const distance = (a, b) => Math.max(...a.map((value, channel) => Math.abs(value - b[channel])));
