import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { gathering } from "../lib/meet.mjs";

const place = gathering();
afterEach(place.leave);

const waits = (person) => person.page.getByRole("heading", { name: "You are in the lobby" }).waitFor();

test("a guest knocks, the host admits her by the notice, and she is inside", async () => {
  const room = await place.host.meeting({ settings: { lobby: true } });
  const host = await place.enterAsHost(room);
  const ana = await place.arrive(room);
  await ana.knock("Ana");
  await waits(ana);
  const notice = host.page.getByRole("region", { name: "Notices" });
  await notice.getByText("Ana is waiting in the lobby").waitFor();
  await notice.getByRole("button", { name: "Admit" }).click();
  await ana.inside();
  await host.tile("Ana").waitFor();
});

test("who is declined is told so, may ask once more, and two who wait are admitted at once", async () => {
  const room = await place.host.meeting({ settings: { lobby: true } });
  const host = await place.enterAsHost(room);
  const ana = await place.arrive(room);
  await ana.knock("Ana");
  await waits(ana);
  await host.open(/^People: \d/);
  const panel = host.panel("People");
  await panel.getByRole("button", { name: "Decline: Ana" }).click();
  await ana.page.getByRole("heading", { name: "You were not let in" }).waitFor();

  await ana.button("Ask once more").click();
  await ana.page.getByRole("button", { name: "Ask to join" }).click();
  await waits(ana);
  const ben = await place.arrive(room);
  await ben.knock("Ben");
  await waits(ben);
  await panel.getByText("Ben").waitFor();
  await panel.getByRole("button", { name: "Admit all" }).click();
  await ana.inside();
  await ben.inside();
  assert.equal(await panel.getByRole("heading", { name: /Waiting in the lobby/ }).count(), 0);
});

test("who gives up waiting is no longer in the host's list", async () => {
  const room = await place.host.meeting({ settings: { lobby: true } });
  const host = await place.enterAsHost(room);
  await host.open(/^People: \d/);
  const ana = await place.arrive(room);
  await ana.knock("Ana");
  await host.panel("People").getByText("Ana").waitFor();
  await ana.button("Leave the lobby").click();
  await ana.page.getByLabel("Your name").waitFor();
  // The server waits for the next long poll before it believes that somebody has gone.
  await host.panel("People").getByText("Ana").waitFor({ state: "detached" });
});
