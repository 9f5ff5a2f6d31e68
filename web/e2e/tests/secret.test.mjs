import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { eventually } from "../lib/browser.mjs";
import { MODES, RED, looksLike, meeting, sounds } from "../lib/people.mjs";

const place = meeting();
const { join } = place;
afterEach(place.leave);

for (const [mode, single] of Object.entries(MODES)) {
  // The client itself refuses to encrypt AV1.
  for (const codec of ["vp8", "h264", "vp9"]) {
    test(`who has the key sees and hears, who has not does not: ${codec}, ${mode}`, async () => {
      const room = `secret-${codec}-${single}`;
      const a = await join("ana", room, { single, e2eeKey: "open sesame" });
      await a.publishPicture({ color: RED, options: { videoCodec: codec, backupCodec: false } });
      await a.publishTone({ frequency: 440 });
      const b = await join("ben", room, { single, e2eeKey: "open sesame" });
      const c = await join("cem", room, { single, e2eeKey: "another" });
      await eventually(() => b.seen({ identity: "ana" }), looksLike(RED), { what: "ben sees", within: 25_000 });
      await eventually(() => b.heard({ identity: "ana" }), sounds(440), { what: "ben hears" });
      assert.ok((await b.person("ana")).tracks.every((track) => track.encrypted), "the tracks say that they are encrypted");
      assert.ok(!looksLike(RED)(await c.seen({ identity: "ana" })), "cem sees nothing");
      assert.ok(!sounds(440)(await c.heard({ identity: "ana" })), "cem hears nothing");
    });
  }
}
