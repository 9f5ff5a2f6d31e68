import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { TrackSource } from "livekit-server-sdk";
import { eventually } from "../lib/browser.mjs";
import { GREEN, RED, looksLike, meeting, silent, sounds } from "../lib/people.mjs";

const place = meeting();
const { join } = place;
afterEach(place.leave);

const disconnected = (client) => eventually(() => client.state(), (state) => state === "disconnected", { what: "is out" });
const reasonOf = async (client) => (await client.eventsNamed("disconnected"))[0]?.words[0];

test("names, metadata and attributes reach the others, and change with an answer", async () => {
  const a = await join("ana", "attributes", { claims: { metadata: "first", attributes: { desk: "sales" } } });
  const b = await join("ben", "attributes");
  const ana = await b.person("ana");
  assert.equal(ana.metadata, "first");
  assert.deepEqual(ana.attributes, { desk: "sales" });
  await a.with({ code: `await room.localParticipant.setAttributes({ desk: "returns", shift: "night" })` });
  await a.with({ code: `await room.localParticipant.setMetadata("second")` });
  await a.with({ code: `await room.localParticipant.setName("Ana B.")` });
  const wanted = { metadata: "second", name: "Ana B.", desk: "returns" };
  await eventually(
    () => b.person("ana"),
    (p) => p.metadata === wanted.metadata && p.name === wanted.name && p.attributes.desk === wanted.desk,
    { what: "ben sees the change" },
  );
});

test("who may not change his metadata is told so", async () => {
  const a = await join("ana", "no-metadata", { grant: { canUpdateOwnMetadata: false } });
  await assert.rejects(a.with({ code: `await room.localParticipant.setMetadata("x")` }));
});

test("the second of the same identity takes the place of the first", async () => {
  const first = await join("ana", "twice");
  const b = await join("ben", "twice");
  const second = await join("ana", "twice");
  await disconnected(first);
  assert.equal(await reasonOf(first), 2, "the reason is the duplicate identity");
  assert.equal(await second.state(), "connected");
  await eventually(() => b.others(), (others) => others.join() === "ana", { what: "ben sees one ana" });
});

test("who is removed and whose room is deleted is told why", async () => {
  const a = await join("ana", "removal");
  const b = await join("ben", "removal");
  const service = await place.service();
  await service.removeParticipant("removal", "ana");
  await disconnected(a);
  assert.equal(await reasonOf(a), 4, "the reason is the removal");
  await eventually(() => b.others(), (others) => others.length === 0, { what: "ben sees ana go" });
  await service.deleteRoom("removal");
  await disconnected(b);
  assert.equal(await reasonOf(b), 5, "the reason is the deletion");
});

test("permissions that change during the call hold at once", async () => {
  const a = await join("ana", "permissions");
  await a.publishTone({ frequency: 440 });
  const b = await join("ben", "permissions");
  await eventually(() => b.heard({ identity: "ana" }), sounds(440), { what: "ben hears ana" });
  const service = await place.service();
  await service.updateParticipant("permissions", "ana", { permission: { canSubscribe: true, canPublish: false, canPublishData: true } });
  await eventually(() => b.person("ana"), (ana) => ana.tracks.length === 0, { what: "the track is gone" });
  await eventually(() => a.me(), (me) => me.permissions.canPublish === false, { what: "ana is told" });
  await assert.rejects(a.publishTone({ frequency: 440 }));
  await service.updateParticipant("permissions", "ana", { permission: { canSubscribe: true, canPublish: true, canPublishData: true } });
  await eventually(() => a.me(), (me) => me.permissions.canPublish === true, { what: "ana may again" });
  await a.publishTone({ frequency: 440 });
  await eventually(() => b.heard({ identity: "ana" }), sounds(440), { what: "ben hears ana again" });
});

test("a track muted by the server is silent for all", async () => {
  const a = await join("ana", "server-mute");
  const sid = await a.publishTone({ frequency: 440 });
  const b = await join("ben", "server-mute");
  await eventually(() => b.heard({ identity: "ana" }), sounds(440), { what: "ben hears ana" });
  const service = await place.service();
  await service.mutePublishedTrack("server-mute", "ana", sid, true);
  await eventually(() => b.heard({ identity: "ana" }), silent, { what: "ben hears nothing" });
  await eventually(() => a.me(), (me) => me.tracks[0].muted, { what: "ana's own client knows" });
});

test("a hidden participant sees and is not seen", async () => {
  const a = await join("ana", "hidden");
  await a.publishPicture({ color: RED });
  const ghost = await join("ghost", "hidden", { grant: { hidden: true } });
  await eventually(() => ghost.seen({ identity: "ana" }), looksLike(RED), { what: "the hidden one sees" });
  assert.deepEqual(await a.others(), []);
});

test("who subscribes by choice gets what he chooses", async () => {
  const a = await join("ana", "choice");
  await a.publishPicture({ color: RED });
  await a.publishTone({ frequency: 440 });
  const b = await join("ben", "choice", { connect: { autoSubscribe: false } });
  const known = await eventually(() => b.person("ana"), (ana) => ana?.tracks.length === 2, { what: "both are announced" });
  assert.ok(known.tracks.every((track) => !track.subscribed));
  const subscribe = (source, on) =>
    b.with({
      code: `room.remoteParticipants.get("ana").getTrackPublication(argument[0]).setSubscribed(argument[1])`,
      argument: [source, on],
    });
  await subscribe("microphone", true);
  await eventually(() => b.heard({ identity: "ana" }), sounds(440), { what: "ben hears" });
  assert.equal(await b.seen({ identity: "ana" }), null);
  await subscribe("camera", true);
  await eventually(() => b.seen({ identity: "ana" }), looksLike(RED), { what: "ben sees" });
  await subscribe("camera", false);
  await eventually(() => b.seen({ identity: "ana" }), (seen) => seen === null, { what: "ben no longer sees" });
  await subscribe("camera", true);
  await eventually(() => b.seen({ identity: "ana" }), looksLike(RED), { what: "ben sees again" });
});

test("a publisher may keep his tracks from some", async () => {
  const a = await join("ana", "allowed");
  await a.with({
    code: `room.localParticipant.setTrackSubscriptionPermissions(false, [{ participantIdentity: "ben", allowAll: true }])`,
  });
  await a.publishPicture({ color: GREEN });
  const b = await join("ben", "allowed");
  const c = await join("cem", "allowed");
  await eventually(() => b.seen({ identity: "ana" }), looksLike(GREEN), { what: "ben may" });
  assert.equal(await c.seen({ identity: "ana" }), null);
  await a.with({ code: `room.localParticipant.setTrackSubscriptionPermissions(true)` });
  await eventually(() => c.seen({ identity: "ana" }), looksLike(GREEN), { what: "now cem may too" });
});

test("sources that a token does not grant cannot be published", async () => {
  const a = await join("ana", "sources", { grant: { canPublishSources: [TrackSource.MICROPHONE] } });
  await a.publishTone({});
  await assert.rejects(a.publishPicture({ color: RED }));
});

test("a full room refuses the next", async () => {
  const service = await place.service();
  await service.createRoom({ name: "full", maxParticipants: 1 });
  await join("ana", "full");
  await assert.rejects(join("ben", "full"));
});

test("a bad token is refused with a reason", async () => {
  const validate = async (token) => {
    const response = await fetch(`${place.server.http}/rtc/validate?access_token=${token}`);
    return [response.status, await response.text()];
  };
  const good = await place.server.token("ana", "tokens");
  assert.equal((await validate(good))[0], 200);
  const [forgedStatus] = await validate(good.slice(0, -6) + "AAAAAA");
  assert.equal(forgedStatus, 401);
  const expired = await place.server.token("ana", "tokens", {}, { ttl: -3600 });
  const [status, text] = await validate(expired);
  assert.equal(status, 401);
  assert.match(text, /expired/);
});
