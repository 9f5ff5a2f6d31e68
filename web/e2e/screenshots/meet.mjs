import { inTheMeeting } from "./meeting.mjs";

/** Every page of the meeting app: before the door, in the meeting, and after it. */
export async function meetPages(studio) {
  if (!studio.wants("meet")) return;
  await studio.eachLook(async (look) => {
    await beforeTheDoor(studio, look);
    await inTheMeeting(studio, look);
  });
}

async function beforeTheDoor(studio, look) {
  const demo = studio.demo[look.locale];
  const doors = [
    ["start", "/", ".meet-start"],
    ["join", `/j/${demo.room.link.code}`, ".meet-welcome video"],
    ["join-passcode", new URL(demo.locked.url).pathname, ".meet-welcome video"],
    ["not-yet", `/j/${demo.later.link.code}`, ".meet-countdown"],
    ["ended", `/j/${demo.over.link.code}`, "h1"],
    ["withdrawn", new URL(demo.withdrawn.url).pathname, "h1"],
    ["unknown-link", "/j/no-such-link", "h1"],
  ];
  const context = await studio.context(look);
  const page = await context.newPage();
  for (const [name, path, sign] of doors) {
    await studio.attempt(`meet/${name}`, look, async () => {
      await page.goto(`${studio.server.http}${path}`);
      await page.locator(sign).first().waitFor();
      if (name.startsWith("join")) await page.waitForTimeout(3000);
      await studio.shoot(page, `meet/${name}`, look);
    });
  }
  await studio.attempt("meet/lobby", look, async () => {
    await page.goto(`${studio.server.http}/j/${demo.guarded.link.code}`);
    await page.locator(".meet-welcome input").first().fill(demo.words.guest);
    await page.locator(".meet-enter button").click();
    await page.locator(".meet-waited").waitFor();
    await studio.shoot(page, "meet/lobby", look);
    const { waiting } = await demo.owner.ask("GET", `/v1/rooms/${demo.guarded.id}/live`);
    for (const { ticket } of waiting) await demo.owner.ask("POST", `/v1/rooms/${demo.guarded.id}/commands/lobby.deny`, { ticket });
    await page.locator(".meet-waited").waitFor({ state: "detached" });
    await studio.shoot(page, "meet/turned-away", look);
  });
  await context.close();
  const denied = await studio.context(look, { devices: "denied" });
  await studio.attempt("meet/no-permission", look, async () => {
    const shut = await denied.newPage();
    await shut.goto(`${studio.server.http}/j/${demo.room.link.code}`);
    await shut.locator(".meet-enter button").waitFor();
    await shut.waitForTimeout(2500);
    await studio.shoot(shut, "meet/no-permission", look);
  });
  await denied.close();
}
