import { afterEach, test } from "node:test";
import { gathering } from "../lib/meet.mjs";

const place = gathering();
afterEach(place.leave);

/** What is said and goes again is listened for before it is caused. */
const told = (person, words) => person.page.getByText(words).waitFor();
const isMuted = (person, name) => person.tile(name).getByRole("img", { name: "muted" });

test("a host mutes one and all, and keeps them muted until he lets them speak again", async () => {
  const room = await place.host.meeting();
  const host = await place.enterAsHost(room);
  const ana = await place.enter(room, "Ana");
  const ben = await place.enter(room, "Ben");
  await isMuted(host, "Ana").waitFor({ state: "detached" });

  await Promise.all([told(ana, "Demo Host muted you"), host.choose("Ana", "Mute")]);
  await ana.button("Unmute microphone").waitFor();
  await isMuted(ben, "Ana").waitFor();

  await ana.button("Unmute microphone").click();
  await isMuted(ben, "Ana").waitFor({ state: "detached" });

  await host.more("Mute everyone and keep muted");
  await ben.button("Microphone locked: the host has muted everyone").waitFor();
  await host.more("Let everyone unmute");
  await ben.button("Unmute microphone").click();
  await isMuted(host, "Ben").waitFor({ state: "detached" });
});

test("who is removed is told so, and who is blocked does not come back", async () => {
  const room = await place.host.meeting();
  const host = await place.enterAsHost(room);
  const ana = await place.enter(room, "Ana");
  const gone = ana.page.getByRole("heading", { name: "You were removed from the meeting" });

  await host.choose("Ana", "Remove");
  await host.page.getByRole("dialog", { name: "Remove Ana?" }).getByRole("button", { name: "Remove" }).click();
  await gone.waitFor();
  await ana.button("Join again").click();
  await ana.knock("Ana");
  await ana.inside();

  await host.choose("Ana", "Remove and block");
  await host.page.getByRole("dialog").getByRole("button", { name: "Remove and block" }).click();
  await gone.waitFor();
  await ana.button("Join again").click();
  await ana.knock("Ana");
  await ana.page.getByText("You cannot enter this meeting any more.").waitFor();
  await host.panel("People").getByText("Blocked").waitFor();
});

test("the host hands over, the new host stops a camera and shows one to all", async () => {
  const room = await place.host.meeting();
  const host = await place.enterAsHost(room);
  const ana = await place.enter(room, "Ana");
  const ben = await place.enter(room, "Ben");
  await host.choose("Ana", "Hand over as host");
  const sure = host.page.getByRole("dialog", { name: "Make Ana the host?" }).getByRole("button", { name: "Hand over as host" });
  await Promise.all([told(ana, "You are now: Host"), told(host, "You are now: Co-host"), sure.click()]);

  await ana.choose("Ben", "Stop camera");
  await ben.button("Start camera").waitFor();
  await ana.choose("Demo Host", "Spotlight for everyone");
  await ben.tile("Demo Host").and(ben.page.locator("[data-main]")).waitFor();
});

test("the host leaves, the co-host becomes host and ends the meeting for everybody", async () => {
  const room = await place.host.meeting();
  const host = await place.enterAsHost(room);
  const ana = await place.enter(room, "Ana");
  const ben = await place.enter(room, "Ben");
  await Promise.all([told(ana, "You are now: Co-host"), host.choose("Ana", "Make Co-host")]);
  await host.button("Leave").click();
  const leave = host.page.getByRole("dialog").getByRole("button", { name: /^Leave the meeting/ });
  // He might come back: the room waits 20 s for him.
  await Promise.all([told(ana, "You are now: Host"), leave.click()]);
  await host.page.getByRole("heading", { name: "You have left the meeting" }).waitFor();

  await ana.button("Leave").click();
  await ana.page.getByRole("dialog").getByRole("button", { name: /^End for everyone/ }).click();
  for (const person of [ana, ben]) {
    await person.page.getByRole("heading", { name: "The meeting has ended" }).waitFor();
  }
});
