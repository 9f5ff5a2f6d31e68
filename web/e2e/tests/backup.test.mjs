import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { eventually } from "../lib/browser.mjs";
import { GREEN, MODES, looksLike, meeting } from "../lib/people.mjs";

const place = meeting();
const { join } = place;
afterEach(place.leave);

/** Makes a page that neither offers nor answers to receive `codec`. */
const without = (codec) => (page) =>
  page.addInitScript((codec) => {
    const rest = RTCRtpReceiver.getCapabilities("video").codecs.filter(
      ({ mimeType }) => mimeType.toLowerCase() !== `video/${codec}`,
    );
    for (const name of ["createOffer", "createAnswer"]) {
      const original = RTCPeerConnection.prototype[name];
      RTCPeerConnection.prototype[name] = function (...words) {
        for (const transceiver of this.getTransceivers()) {
          if (transceiver.receiver.track.kind === "video") transceiver.setCodecPreferences(rest);
        }
        return original.apply(this, words);
      };
    }
  }, codec);

for (const [mode, single] of Object.entries(MODES)) {
  for (const codec of ["vp9", "av1"]) {
    test(`who cannot decode ${codec} gets the publisher's backup, and others the first choice, with ${mode}`, async () => {
      const room = `backup-${codec}-${single}`;
      const a = await join("ana", room, { single, dynacast: true });
      await a.publishPicture({ color: GREEN, options: { videoCodec: codec, backupCodec: { codec: "vp8" } } });
      const b = await join("ben", room, { single });
      const old = await join("old", room, { single, prepare: without(codec) });
      const seenIn = async (client, wanted) => {
        await eventually(() => client.seen({ identity: "ana" }), looksLike(GREEN), { what: `green in ${wanted}`, within: 30_000 });
        const moved = await client.movement({ identity: "ana" });
        assert.equal(moved.codec.toLowerCase(), `video/${wanted}`);
        assert.ok(moved.frames > 3, JSON.stringify(moved));
      };
      await seenIn(b, codec);
      await seenIn(old, "vp8");
      await seenIn(b, codec);
    });
  }
}
