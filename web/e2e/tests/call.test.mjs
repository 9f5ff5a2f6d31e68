import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { eventually } from "../lib/browser.mjs";
import { BLUE, MODES, RED, looksLike, meeting, silent, sounds } from "../lib/people.mjs";

const place = meeting();
const { join } = place;
afterEach(place.leave);

for (const [ana, anaSingle] of Object.entries(MODES)) {
  for (const [ben, benSingle] of Object.entries(MODES)) {
    test(`two people see and hear each other: ${ana} meets ${ben}`, async () => {
      const room = `call-${anaSingle}-${benSingle}`;
      const a = await join("ana", room, { single: anaSingle });
      await a.publishPicture({ color: RED });
      await a.publishTone({ frequency: 440 });
      const b = await join("ben", room, { single: benSingle });
      assert.deepEqual(b.joined.others, ["ana"]);
      await b.publishPicture({ color: BLUE });
      await b.publishTone({ frequency: 880 });

      await eventually(() => b.seen({ identity: "ana" }), looksLike(RED), { what: "ben sees red" });
      await eventually(() => a.seen({ identity: "ben" }), looksLike(BLUE), { what: "ana sees blue" });
      await eventually(() => b.heard({ identity: "ana" }), sounds(440), { what: "ben hears 440 Hz" });
      await eventually(() => a.heard({ identity: "ben" }), sounds(880), { what: "ana hears 880 Hz" });
      const moved = await b.movement({ identity: "ana" });
      assert.ok(moved.frames > 5, `the picture moves: ${JSON.stringify(moved)}`);
      await a.disconnect();
      await eventually(() => b.others(), (others) => others.length === 0, { what: "ben is told that ana has left" });
    });
  }
}

for (const [mode, single] of Object.entries(MODES)) {
  test(`a muted microphone is silent and comes back, with ${mode}`, async () => {
    const room = `mute-${single}`;
    const a = await join("ana", room, { single });
    const tone = await a.publishTone({ frequency: 440 });
    const b = await join("ben", room, { single });
    await eventually(() => b.heard({ identity: "ana" }), sounds(440), { what: "ben hears ana" });
    await a.mute(tone);
    await eventually(() => b.person("ana"), (ana) => ana.tracks[0].muted, { what: "ben is told" });
    await eventually(() => b.heard({ identity: "ana" }), silent, { what: "ben hears nothing" });
    await a.unmute(tone);
    await eventually(() => b.heard({ identity: "ana" }), sounds(440), { what: "ben hears ana again" });
  });

  test(`each ear hears what was said to it, with ${mode}`, async () => {
    const room = `stereo-${single}`;
    const a = await join("ana", room, { single });
    await a.publishStereo({ left: 440, right: 880 });
    const b = await join("ben", room, { single });
    const inStereo = (ears) => Boolean(ears) && sounds(440)(ears[0]) && sounds(880)(ears[1]);
    await eventually(() => b.heardByEars({ identity: "ana" }), inStereo, { what: "440 Hz left, 880 Hz right" });
  });

  test(`a track that is unpublished and published again is seen again, with ${mode}`, async () => {
    const room = `again-${single}`;
    const a = await join("ana", room, { single });
    const b = await join("ben", room, { single });
    for (const color of [RED, BLUE, RED]) {
      const picture = await a.publishPicture({ color });
      await eventually(() => b.seen({ identity: "ana" }), looksLike(color), { what: `ben sees ${color}` });
      await a.unpublish(picture);
      await eventually(() => b.person("ana"), (ana) => ana.tracks.length === 0, { what: "the track is gone" });
    }
  });

  test(`five people in one room all see one another, with ${mode}`, async () => {
    const room = `five-${single}`;
    const names = ["ana", "ben", "cem", "dua", "eva"];
    const people = [];
    for (const [at, name] of names.entries()) {
      const person = await join(name, room, { single });
      await person.publishPicture({ color: [60 + 30 * at, 180 - 30 * at, 110], width: 320, height: 180, fps: 10 });
      people.push(person);
    }
    for (const [at, person] of people.entries()) {
      for (const [other, identity] of names.entries()) {
        if (other === at) continue;
        const color = [60 + 30 * other, 180 - 30 * other, 110];
        await eventually(() => person.seen({ identity }), looksLike(color), {
          what: `${names[at]} sees ${identity}`,
          within: 30_000,
        });
      }
    }
  });
}

test("who speaks is known to the others", async () => {
  const a = await join("ana", "speakers");
  await a.publishTone({ frequency: 440 });
  const b = await join("ben", "speakers");
  await eventually(() => b.person("ana"), (ana) => ana.speaking, { what: "ana is speaking" });
});
