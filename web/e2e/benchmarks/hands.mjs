/*
 * From a raised hand to the stage: a webinar of three real Chromiums, each a process of its own. A
 * member of the audience raises his hand, the host lets him speak, and turning his microphone on he
 * is heard by the host and by another member of the audience. All pages have the same clock. Prints
 * one table.
 */
import { loadavg } from "node:os";
import { gatheringPlace } from "../lib/meet.mjs";
import { medianAndTail, row, sorted } from "./table.mjs";

const TIMES = Number(process.argv[2] ?? 12);

/** Presses a button; says when, as its page has it. */
async function press(person, name) {
  const button = person.button(name);
  const pressed = button.evaluate(
    (node) => new Promise((done) => node.addEventListener("click", (event) => done(performance.timeOrigin + event.timeStamp), { once: true })),
  );
  await button.click();
  return pressed;
}

/** When a button with that name was first there for the person to press. */
const offered = async ({ page }, name) => {
  const found = await page.waitForFunction(
    (name) => {
      const button = document.querySelector(`button[aria-label="${name}"]`);
      return button !== null && !button.disabled && performance.timeOrigin + performance.now();
    },
    name,
    { polling: "raf" },
  );
  return found.jsonValue();
};

const noteVoices = ({ page }) =>
  page.evaluate(() => {
    for (const voice of document.querySelectorAll("audio")) voice.dataset.known = "";
  });

/** When a voice first played that was not noted. */
const heard = async ({ page }) => {
  const found = await page.waitForFunction(
    () => {
      const plays = [...document.querySelectorAll("audio:not([data-known])")].some(({ currentTime, paused }) => !paused && currentTime > 0);
      return plays && performance.timeOrigin + performance.now();
    },
    undefined,
    { polling: "raf" },
  );
  return found.jsonValue();
};

async function goOnStage({ host, ana, ben }) {
  const listening = [host, ben];
  for (const person of listening) await noteVoices(person);
  await ana.button("More options").click();
  const asking = offered(host, "Let speak: Ana");
  const raised = await press(ana, "Raise hand");
  const asked = (await asking) - raised;
  const allowing = offered(ana, "Unmute microphone");
  const granted = await press(host, "Let speak: Ana");
  const allowed = (await allowing) - granted;
  const hearing = listening.map(heard);
  const spoke = await press(ana, "Unmute microphone");
  const voices = (await Promise.all(hearing)).map((at) => at - spoke);
  return { asked: [asked], allowed: [allowed], voices, all: voices.map((voice) => allowed + voice) };
}

/** The host takes back the floor, and with it the microphone. */
async function takeBack(place, room, { host, ana }) {
  const identity = await host.tile("Ana").getAttribute("data-identity");
  await place.host.ask("POST", `/v1/rooms/${room.id}/commands/hands.revoke`, { identity });
  await ana.button("Unmute microphone").or(ana.button("Mute microphone")).waitFor({ state: "detached" });
}

const place = gatheringPlace();
const browsers = [];
const launched = async () => {
  const browser = await place.launch();
  browsers.push(browser);
  return browser;
};
/** Into the audience, where nobody has a camera to show first. */
const enter = async (room, name) => {
  const person = await place.arrive(room, { browser: await launched() });
  await person.page.getByLabel("Your name").fill(name);
  await person.button("Join now").click();
  await person.inside();
  return person;
};
try {
  await place.open();
  const room = await place.host.meeting({ kind: "webinar", title: "Autumn colours" });
  const host = await place.enterAsHost(room, { browser: await launched() });
  const ana = await enter(room, "Ana");
  const ben = await enter(room, "Ben");
  await host.open(/^People: \d/);
  const took = { asked: [], allowed: [], voices: [], all: [] };
  for (let time = 0; time < TIMES; time += 1) {
    const one = await goOnStage({ host, ana, ben });
    for (const [name, values] of Object.entries(one)) took[name].push(...values);
    await takeBack(place, room, { host, ana });
  }
  console.log(`From a raised hand to the stage of a webinar in Chromium, ${TIMES} times; load of the machine ${loadavg()[0].toFixed(1)}\n`);
  row(["from", "to", "p50", "p95"]);
  row(["---", "---", "--:", "--:"]);
  const tell = (from, to, values) => row([from, to, ...medianAndTail(sorted(values))]);
  tell("the hand is raised", "the host can let him speak", took.asked);
  tell("the host lets him speak", "he can speak", took.allowed);
  tell("he turns his microphone on", "the others hear him", took.voices);
  tell("the host lets him speak", "the others hear him, his own time to press left out", took.all);
} finally {
  for (const browser of browsers) await browser.close();
  await place.close();
}
