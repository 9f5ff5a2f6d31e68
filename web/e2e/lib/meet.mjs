import { after, before } from "node:test";
import { chromium } from "playwright-core";
import { executablePath, FLAGS } from "./browser.mjs";
import { frontOf } from "./front.mjs";
import { merchantOf } from "./merchant.mjs";
import { startServer } from "./server.mjs";

export const DESKTOP = { viewport: { width: 1440, height: 900 } };
export const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 };

/** Enough to see that a picture moves. */
export const SLOW_CAMERA = "--use-fake-device-for-media-stream=fps=5";

/** Machines that build something at the same time are slow. */
const PATIENCE_MS = 120_000;

/**
 * Cameras and screens give small pictures, and few: what several browsers encode and decode keeps a
 * small machine from everything else.
 */
function smallPictures() {
  const devices = navigator.mediaDevices;
  for (const [name, size] of [
    ["getUserMedia", { width: 320, height: 180, frameRate: 5 }],
    ["getDisplayMedia", { width: 960, height: 540, frameRate: 5 }],
  ]) {
    const open = devices?.[name]?.bind(devices);
    if (open) devices[name] = (asked) => open({ ...asked, ...(asked?.video && { video: { ...(asked.video === true ? {} : asked.video), ...size } }) });
  }
}

/** A gathering for a file of tests; everybody is sent home by `leave` after each test. */
export function gathering(options) {
  const place = gatheringPlace(options);
  before(place.open);
  after(place.close);
  return place;
}

/**
 * One server, one browser and one merchant, from `open` to `close`. `enter` opens the join page as
 * somebody and goes in. The server listens at `host`, which `prepare` may have to make; `launch`
 * starts another browser that may come there.
 */
export function gatheringPlace({ flags = [], host, prepare = async () => {} } = {}) {
  const place = { server: null, front: null, browser: null, host: null, people: [] };
  place.launch = (program = executablePath) => {
    // A page may use cameras at an address that is not this machine's own.
    const trusted = `--unsafely-treat-insecure-origin-as-secure=${place.front.origin}`;
    return chromium.launch({ executablePath: program, headless: true, args: [...FLAGS, SLOW_CAMERA, trusted, ...flags] });
  };
  place.open = async () => {
    await prepare();
    place.server = await startServer({}, { host });
    place.front = await frontOf(place.server);
    place.host = await merchantOf(place.server);
    place.browser = await place.launch();
  };
  place.close = async () => {
    await place.browser?.close();
    place.front?.close();
    await place.server?.stop();
  };

  /** Opens the link, and stays before the door. Everybody has a browser of his own. */
  place.arrive = async (room, options = {}) => {
    const { screen = DESKTOP, locale = "en", colorScheme = "dark", signedIn = null, browser = place.browser, ...rest } = options;
    const context = await browser.newContext({
      ...screen,
      locale,
      colorScheme,
      permissions: ["camera", "microphone", "clipboard-read", "clipboard-write"],
      ...rest,
    });
    if (signedIn) await context.addCookies(signedIn.cookies);
    context.setDefaultTimeout(PATIENCE_MS);
    await context.addInitScript(smallPictures);
    const page = await context.newPage();
    const person = new Person(page, context);
    place.people.push(person);
    await page.goto(`${place.front.origin}/j/${room.link.code}`);
    return person;
  };

  place.enter = async (room, name, options = {}) => {
    const person = await place.arrive(room, options);
    await person.knock(name);
    await person.inside();
    return person;
  };

  place.enterAsHost = async (room, options = {}) => {
    const person = await place.arrive(room, { signedIn: place.host, ...options });
    await person.knock(place.host.name);
    await person.inside();
    return person;
  };

  place.leave = async (test) => {
    const people = place.people.splice(0);
    if (test?.passed === false) await tellWhatWasSeen(test, people);
    await Promise.all(people.map((person) => person.context.close().catch(() => {})));
  };
  return place;
}

/** A failure says what everybody had on the screen; it may not happen again where one could look. */
async function tellWhatWasSeen(test, people) {
  for (const [number, { page, errors }] of people.entries()) {
    const shown = await page.locator("body").innerText({ timeout: 10_000 }).catch(String);
    test.diagnostic(`screen ${number + 1}, ${page.url()}: ${shown.replace(/\s*\n\s*/g, " | ").slice(0, 1_000)}; ${errors.join("; ")}`);
  }
}

/** Somebody in front of a screen. */
class Person {
  constructor(page, context) {
    this.page = page;
    this.context = context;
    this.errors = [];
    page.on("pageerror", (error) => this.errors.push(String(error)));
    if (process.env.MEET_LOG) page.on("console", (message) => console.log(message.text().slice(0, 400)));
  }

  button(name, options = {}) {
    return this.page.getByRole("button", { name, exact: typeof name === "string", ...options });
  }

  async knock(name) {
    await this.page.getByLabel("Your name").fill(name);
    // On a machine that is busy the page advises against the camera, and switches it off.
    await this.page.locator(".room-verdict[data-grade]").waitFor();
    const cameraOn = this.button("Turn camera on");
    if (await cameraOn.isVisible()) await cameraOn.click();
    await this.page.getByRole("region", { name: "Your camera, as the others will see you" }).locator("video").waitFor();
    await this.page.getByRole("button", { name: /^(Join now|Ask to join)$/ }).click();
  }

  /** Resolves when the meeting is on the screen. */
  async inside() {
    try {
      await this.page.getByRole("navigation", { name: "Meeting controls" }).waitFor();
    } catch (error) {
      const shown = await this.page.locator("body").innerText();
      throw new Error(`the meeting did not begin; on the screen: ${shown}; ${this.errors.join("; ")}`, { cause: error });
    }
  }

  /** A camera's or, with `screen`, a shared screen's tile. */
  tile(name, { screen = false } = {}) {
    const label = screen ? `${name} is sharing` : name;
    return this.page.getByRole("group", { name: label, exact: true });
  }

  panel(name) {
    return this.page.getByRole("complementary", { name });
  }

  /** Opens one of the buttons beside the stage, unless it is open. */
  async open(name) {
    const button = this.page.getByRole("button", { name });
    if ((await button.getAttribute("aria-pressed")) !== "true") await button.click();
  }

  async more(name) {
    await this.button("More options").click();
    await this.page.getByRole("button", { name }).click();
  }

  /** Chooses from the menu of a person in the list of people. */
  async choose(person, action) {
    await this.open(/^People: \d/);
    await this.panel("People").getByRole("button", { name: `Options for ${person}` }).click();
    await this.page.getByRole("menuitem", { name: action, exact: true }).click();
  }

  /** Whether the tile's picture moves. */
  async seesMotion(tile) {
    return tile.locator("video").evaluate(
      (video) =>
        new Promise((done) => {
          const first = video.currentTime;
          setTimeout(() => done(video.videoWidth > 0 && video.currentTime > first), 400);
        }),
    );
  }
}
