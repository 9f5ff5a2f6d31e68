import { afterEach, test } from "node:test";
import { accessible } from "../lib/axe.mjs";
import { eventually } from "../lib/browser.mjs";
import { DESKTOP, PHONE } from "../lib/meet.mjs";
import { office } from "../lib/office.mjs";
import { PAGES, settled } from "../screenshots/console.mjs";
import { furnish } from "../screenshots/furnish.mjs";

const place = office();
afterEach(place.leave);

let furnished;
/** A tenant with something on every page; made once. */
const tenant = () =>
  (furnished ??= furnish(place.server).then(async ({ en }) => ({ ...en, session: await sessionOf(en.owner) })));

/** Somebody was in a room until it ended: what the history shows. */
async function sessionOf(owner) {
  const room = await owner.meeting({ title: "Demo samples, looked at" });
  // Straight from the server: with `CONSOLE_DIST` the pages of `open` cannot speak to rooms.
  const visitor = await place.browser.newPage({ locale: "en" });
  await visitor.goto(room.link.url);
  await visitor.getByLabel("Your name").fill("Demo Visitor");
  await visitor.getByRole("button", { name: "Join now" }).click();
  await visitor.getByRole("navigation", { name: "Meeting controls" }).waitFor({ timeout: 60_000 });
  await visitor.close();
  await owner.ask("PATCH", `/v1/rooms/${room.id}`, { state: "ended" });
  const ask = () => owner.ask("GET", `/v1/rooms/${room.id}/sessions`);
  const { items } = await eventually(ask, ({ items }) => items.length > 0, { what: "the history has it" });
  return items[0].id;
}

for (const [device, screen] of Object.entries({ "a wide screen": DESKTOP, "a phone": PHONE })) {
  for (const colorScheme of ["light", "dark"]) {
    test(`axe finds nothing serious on any page of the console on ${device}, ${colorScheme}`, async () => {
      const look = { screen, colorScheme, reducedMotion: "reduce" };
      const door = await place.open("/console/sign-in", look);
      await door.getByLabel("E-mail").waitFor();
      await accessible({ page: door }, "sign-in");

      const demo = await tenant();
      const page = await place.open("/console/", { as: demo.owner, ...look });
      for (const [name, pathOf, parts] of PAGES) {
        await page.goto(`${place.server.http}/console${pathOf(demo)}`);
        await settled(page);
        await accessible({ page }, name);
        for (const [part, act] of Object.entries(parts)) {
          await act(page);
          await accessible({ page }, `${name}: ${part}`);
        }
      }
    });
  }
}
