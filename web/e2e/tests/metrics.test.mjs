import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join as path } from "node:path";
import { afterEach, test } from "node:test";
import { eventually } from "../lib/browser.mjs";
import { GREEN, looksLike, meeting, sounds } from "../lib/people.mjs";

const place = meeting();
const { join } = place;
afterEach(place.leave);

/** What operators are told: kind and section of each metric, by name. */
const documented = new Map();
let section = "";
for (const line of readFileSync(path(import.meta.dirname, "../../../docs/operate/metrics.md"), "utf8").split("\n")) {
  section = line.startsWith("## ") ? line.slice(3) : section;
  const row = line.match(/^\| `(stoa_\w+)` \| (\w+)/);
  if (row) documented.set(row[1], { kind: row[2], section });
}

/** Counters of what goes wrong are there from the first time on. */
const OF_FAILURES = /_(failures|refused|failed|lost|behind|broken|pauses)_total$/;

/** Kinds and samples of what is shown. */
async function scrape() {
  const lines = (await place.server.metrics()).split("\n");
  const kinds = new Map(lines.map((line) => line.match(/^# TYPE (\w+) (\w+)/)).filter(Boolean).map(([, name, kind]) => [name, kind]));
  const value = (name, label = "") =>
    lines.filter((line) => line.startsWith(name) && line.includes(label)).reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0);
  return { kinds, value };
}

test("a call is seen in the metrics, by the names and kinds that operators are told", async () => {
  const a = await join("ana", "measured");
  await a.publishPicture({ color: GREEN, width: 1280, height: 720, fps: 20, options: { videoCodec: "vp8", simulcast: true } });
  await a.publishTone({ frequency: 440 });
  const b = await join("ben", "measured");
  await eventually(() => b.seen({ identity: "ana" }), looksLike(GREEN), { what: "ben sees", within: 60_000 });
  await eventually(() => b.heard({ identity: "ana" }), sounds(440), { what: "ben hears", within: 60_000 });
  await b.with({ code: `room.remoteParticipants.get("ana").getTrackPublication("camera").setVideoQuality(0)` });
  const low = ({ value }) =>
    value("stoa_media_pictures", 'layer="low"') === 1 &&
    value("stoa_media_video_bits_per_second", 'direction="out",layer="low"') > 10_000;
  const { value } = await eventually(scrape, low, { what: "one small picture is sent", within: 60_000 });
  for (const layer of ["low", "medium", "high"]) {
    const bps = value("stoa_media_video_bits_per_second", `direction="in",layer="${layer}"`);
    assert.ok(bps > 10_000, `${layer} comes from ana: ${bps}`);
  }
  assert.equal(value("stoa_join_to_first_picture_seconds_count"), 1, "ben's first picture; ana found none");

  // Round trips are known from reports, which peers send every few seconds.
  const ofCalls = [...documented].filter(([name, { section }]) => ["Calls", "Media threads"].includes(section) && !OF_FAILURES.test(name));
  const missing = async () => {
    const { kinds } = await scrape();
    return ofCalls.map(([name]) => name).filter((name) => !kinds.has(name));
  };
  await eventually(missing, (names) => names.length === 0, { what: "all that is documented of calls is shown; missing", within: 60_000 });
  const all = await scrape();
  for (const [name, kind] of all.kinds) assert.equal(documented.get(name)?.kind, kind, `${name} is documented as a ${kind}`);
});
