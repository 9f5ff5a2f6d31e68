import { afterEach, test } from "node:test";
import { gathering } from "../lib/meet.mjs";

const place = gathering();
afterEach(place.leave);

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
  await host.page.getByRole("dialog", { name: "Make Ana the host?" }).getByRole("button", { name: "Hand over as host" }).click();
  await ana.page.getByText("You are now: Host").waitFor();
  await host.page.getByText("You are now: Co-host").waitFor();

  await ana.choose("Ben", "Stop camera");
  await ben.button("Start camera").waitFor();
  await ana.choose("Demo Host", "Spotlight for everyone");
  await ben.tile("Demo Host").and(ben.page.locator("[data-main]")).waitFor();
});
