import { meetings } from "./meeting.mjs";

/** A line on which a camera harms the voice. */
const WEAK = { offline: false, latency: 40, downloadThroughput: 250_000, uploadThroughput: 48_000 };

/** Every page of the meeting app: before the door, in the meeting, and after it. */
export async function meetPages(studio) {
  await studio.eachLook(async (look) => {
    await beforeTheDoor(studio, look);
    await withTrouble(studio, look);
  });
  await meetings(studio);
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
      await page.goto(`${studio.origin}${path}`);
      await page.locator(sign).first().waitFor();
      if (name.startsWith("join")) await judged(page);
      await studio.shoot(page, `meet/${name}`, look);
    });
  }
  await studio.attempt("meet/lobby", look, async () => {
    await page.goto(`${studio.origin}/j/${demo.guarded.link.code}`);
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
}

/** No permission, and a weak network. */
async function withTrouble(studio, look) {
  const path = `/j/${studio.demo[look.locale].room.link.code}`;
  const troubles = [
    ["no-permission", { devices: "denied" }, async () => {}],
    ["weak-network", {}, async (session) => session.send("Network.emulateNetworkConditions", WEAK)],
  ];
  for (const [name, options, prepare] of troubles) {
    await studio.attempt(`meet/${name}`, look, async () => {
      const context = await studio.context(look, options);
      try {
        const page = await context.newPage();
        await page.goto(`${studio.origin}/`);
        await prepare(await context.newCDPSession(page));
        await page.goto(`${studio.origin}${path}`);
        await page.locator(".meet-enter button").waitFor();
        await judged(page);
        await studio.shoot(page, `meet/${name}`, look);
      } finally {
        await context.close();
      }
    });
  }
}

/** The network's verdict is there. */
const judged = (page) => page.locator(".room-verdict[data-grade]").waitFor();
