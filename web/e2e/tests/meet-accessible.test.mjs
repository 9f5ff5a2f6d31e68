import { afterEach, test } from "node:test";
import { accessible } from "../lib/axe.mjs";
import { DESKTOP, gathering, PHONE } from "../lib/meet.mjs";

const place = gathering();
afterEach(place.leave);

for (const [device, screen] of Object.entries({ "a wide screen": DESKTOP, "a phone": PHONE })) {
  for (const colorScheme of ["light", "dark"]) {
    test(`axe finds nothing serious before and after the meeting on ${device}, ${colorScheme}`, async () => {
      const room = await place.host.meeting({ settings: { lobby: true } });
      const start = await place.arrive({ link: { code: "nothing-here" } }, { screen, colorScheme });
      await start.page.getByRole("heading", { name: "There is no meeting here" }).waitFor();
      await accessible(start, "an unknown link");
      await start.page.goto(`${place.front.origin}/`);
      await start.page.getByLabel("Meeting code or link").waitFor();
      await accessible(start, "the start page");

      const ana = await place.arrive(room, { screen, colorScheme });
      await ana.page.getByLabel("Your name").waitFor();
      await accessible(ana, "the join page");
      const host = await place.enterAsHost(room);
      await ana.knock("Ana");
      await ana.page.getByRole("heading", { name: "You are in the lobby" }).waitFor();
      await accessible(ana, "the lobby");
      await host.page.getByRole("region", { name: "Notices" }).getByRole("button", { name: "Admit" }).click();
      await ana.inside();
      await ana.button("Leave").click();
      await ana.page.getByRole("heading", { name: "You have left the meeting" }).waitFor();
      await accessible(ana, "the farewell");
    });
  }

  test(`axe finds nothing serious in the meeting and its panels on ${device}`, async () => {
    const room = await place.host.meeting({ agenda: [{ text: "Prices", minutes: 10 }] });
    const host = await place.enterAsHost(room, { screen });
    const ana = await place.enter(room, "Ana");
    await host.tile("Ana").locator("video").waitFor();
    await ana.button("More options").click();
    await ana.page.getByRole("button", { name: "Raise hand" }).click();
    for (const appearance of ["Dark", "Light"]) {
      if (appearance === "Light") await host.more("Appearance: Light");
      await accessible(host, `the meeting, ${appearance}`);
      await host.button("More options").click();
      await accessible(host, `more, ${appearance}`);
      await host.page.keyboard.press("Escape");
      await host.open(/^People: \d/);
      await host.page.getByRole("button", { name: "Let speak: Ana" }).waitFor();
      await accessible(host, `people, ${appearance}`);
      await close(host);
      await host.open(/^Chat/);
      const box = host.page.getByRole("textbox", { name: "Message" });
      await box.fill(`In ${appearance}`);
      await host.page.keyboard.press("Enter");
      await host.page.getByRole("log").getByText(`In ${appearance}`).waitFor();
      await accessible(host, `chat, ${appearance}`);
      await close(host);
      if (screen === PHONE) await host.more("Q&A");
      else await host.open("Q&A");
      await host.page.getByRole("textbox", { name: "Your question" }).fill(`Also in ${appearance}?`);
      await host.page.keyboard.press("Enter");
      await host.page.getByRole("button", { name: `Answer: Also in ${appearance}?` }).click();
      await host.page.getByRole("textbox", { name: "Your answer" }).fill("Yes.");
      await accessible(host, `questions, ${appearance}`);
      await host.page.keyboard.press("Enter");
      await host.page.getByRole("tab", { name: /^Answered \d/ }).click();
      await host.page.getByRole("button", { name: `Options for the question: Also in ${appearance}?` }).click();
      await accessible(host, `answers, ${appearance}`);
      await host.page.keyboard.press("Escape");
      await host.page.getByRole("menu").waitFor({ state: "detached" });
      await close(host);
      for (const [panel, key] of [["Files", null], ["Agenda", null], ["Statistics", "Alt+t"]]) {
        if (key) await host.page.keyboard.press(key);
        else if (screen === PHONE) await host.more(panel);
        else await host.open(panel);
        await host.page.getByRole("heading", { name: panel, level: 2 }).waitFor();
        await accessible(host, `${panel}, ${appearance}`);
        await close(host);
      }
      await host.button("Draw on the picture").click();
      await accessible(host, `drawing, ${appearance}`);
      // A phone has no room for another button that ends it.
      await host.button(screen === PHONE ? "Draw on the picture" : "Done").click();
    }
    for (const dialog of ["Devices", "Timer"]) {
      await host.more(dialog);
      await host.page.getByRole("dialog").getByRole("heading").first().waitFor();
      await accessible(host, dialog);
      await host.page.keyboard.press("Escape");
      await host.page.getByRole("dialog").waitFor({ state: "detached" });
    }
    await host.button("Leave").click();
    await accessible(host, "leaving");
  });
}

/** Closes the open panel or sheet. */
async function close(person) {
  const open = person.page.locator(".room-panel, .ui-sheet");
  await open.getByRole("button", { name: "Close" }).click();
  await open.waitFor({ state: "detached" });
}
