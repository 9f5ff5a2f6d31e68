const FIGURES = ["supplier", "buyer", "quality"];
const WIDE = { width: "1440" };

/** A meeting of four, in which one shows a list; seen by its host. */
export async function inTheMeeting(studio, look) {
  await studio.attempt("meet/meeting", look, async () => {
    const demo = studio.demo[look.locale];
    const guests = [];
    for (const [at, name] of demo.words.guests.entries()) guests.push(await enter(studio, { ...WIDE, locale: look.locale }, name, FIGURES[at]));
    const host = await enter(studio, look, demo.owner.name, "drawn", demo.owner);
    try {
      await photograph(studio, look, host, guests);
    } finally {
      for (const { context } of [host, ...guests]) await context.close();
    }
  });
}

async function photograph(studio, look, host, guests) {
  const { page } = host;
  const { words } = studio.demo[look.locale];
  const shoot = (name) => studio.shoot(page, `meet/${name}`, look, { whole: false });
  const isPhone = look.width === "390";
  await pictures(page, 4);
  await shoot("meeting");

  for (const [at, guest] of guests.entries()) {
    await guest.say("chat.say", { id: crypto.randomUUID(), text: words.chat[at], to: { kind: "all" } });
  }
  await guests[1].say("hands.raise", {});
  await panel(page, 0, shoot, "people");
  await panel(page, 1, shoot, "chat");
  if (!isPhone) {
    await panel(page, 2, shoot, "files");
    await panel(page, 3, shoot, "agenda");
  }
  await page.locator(".room-bar-main > *").nth(isPhone ? -2 : 4).click();
  await page.locator(".room-emojis").waitFor();
  await shoot("meeting-more");
  await page.keyboard.press("Escape");

  await guests[0].page.locator(".room-bar-main > *").nth(2).click();
  await pictures(page, 5);
  await shoot("meeting-shared-screen");
  await page.keyboard.press("Escape");

  await page.locator(".room-leave").click();
  await page.locator(".ui-surface").waitFor();
  await shoot("meeting-leave");
  await page.locator(".ui-surface button").last().click();
  await page.locator(".room-bar").waitFor({ state: "detached" });
  await shoot("left");
}

/** Opens a panel, takes it, and closes it. */
async function panel(page, at, shoot, name) {
  await page.locator(".room-bar-panels > *").nth(at).click();
  await page.locator(".room-panel, .ui-sheet").waitFor();
  await shoot(`meeting-${name}`);
  await page.keyboard.press("Escape");
  await page.locator(".room-panel, .ui-sheet").waitFor({ state: "detached" });
}

/** Waits until so many pictures move. */
const pictures = (page, count) =>
  page.waitForFunction(
    (least) => [...document.querySelectorAll(".room video")].filter((video) => video.videoWidth > 0 && video.currentTime > 0).length >= least,
    count,
    { timeout: 60_000 },
  );

async function enter(studio, look, name, devices, as = null) {
  const { room } = studio.demo[look.locale];
  const context = await studio.context(look, { devices, as });
  const page = await context.newPage();
  await page.goto(`${studio.server.http}/j/${room.link.code}`);
  await page.locator(".meet-welcome form input").first().fill(name);
  const [answer] = await Promise.all([
    page.waitForResponse((response) => response.request().method() === "POST" && response.url().includes("/v1/join/")),
    page.locator(".meet-enter button").click(),
  ]);
  const { token } = await answer.json();
  await page.locator(".room-bar").waitFor({ timeout: 60_000 });
  /** A command of this person, by the door for those who have a token. */
  const say = async (method, params) => {
    const response = await fetch(`${studio.server.http}/room/commands/${method}`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify(params),
    });
    if (!response.ok) throw new Error(`${method}: ${response.status} ${await response.text()}`);
  };
  return { context, page, say };
}
