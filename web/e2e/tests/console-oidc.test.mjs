import { after, afterEach, test } from "node:test";
import { accessible } from "../lib/axe.mjs";
import { DESKTOP, PHONE } from "../lib/meet.mjs";
import { office } from "../lib/office.mjs";
import { openProvider, PROVIDER_NAME } from "../lib/provider.mjs";

const PEOPLE = new Map([
  ["ann", { email: "ann@example.com", email_verified: true }],
  ["eve", { email: "eve@example.com", email_verified: true }],
]);

let provider;
const place = office({
  async prepare() {
    provider = await openProvider(PEOPLE);
    return provider.settings;
  },
  async furnish() {
    provider.begin(`${place.server.http}/v1/auth/oidc/callback`);
    await place.owner.ask("POST", "/v1/people", { name: "Ann Lee", email: "ann@example.com", role: "staff" });
  },
});
after(() => provider.close());
afterEach(place.leave);

/** Each from an address of his own. */
let visitors = 0;
const from = () => ({ extraHTTPHeaders: { "x-forwarded-for": `198.51.100.${(visitors += 1)}` } });

const WORDS = {
  en: {
    withProvider: `Continue with ${PROVIDER_NAME}`,
    templates: "Templates",
    account: "Account of Ann Lee",
    signOut: "Sign out",
    denied: "The sign-in was cancelled at the identity provider.",
    notInvited: "Your e-mail address has not been added yet.",
    failed: "The identity provider’s answer does not hold.",
    expired: "This sign-in was begun elsewhere or too long ago.",
  },
  "zh-CN": {
    withProvider: `使用 ${PROVIDER_NAME} 继续`,
    templates: "模板",
    account: "Ann Lee 的账号",
    signOut: "退出登录",
    denied: "登录已在身份提供方处取消。",
    notInvited: "您的邮箱尚未被添加",
    failed: "身份提供方返回的结果无效",
    expired: "此次登录不是在本浏览器中发起，或已超时",
  },
};

for (const [locale, words] of Object.entries(WORDS)) {
  for (const [device, screen] of Object.entries({ "a wide screen": DESKTOP, "a phone": PHONE })) {
    const where = `on ${device}, ${locale}`;
    const open = (path) => place.open(path, { screen, locale, ...from() });
    const setOut = (page) => page.getByRole("link", { name: words.withProvider }).click();
    const isTold = (page, text) => page.getByRole("alert").filter({ hasText: text }).waitFor();

    test(`who signs in at the provider is on the page that was wanted, and out again by signing out, ${where}`, async () => {
      const page = await open("/console/templates");
      await accessible({ page }, "the sign-in page");
      await setOut(page);
      await signInThere(page, "ann");
      await page.getByRole("heading", { name: words.templates, level: 1 }).waitFor();
      await page.getByRole("button", { name: words.account }).locator("visible=true").click();
      await page.getByRole("menuitem", { name: words.signOut }).click();
      await page.getByRole("link", { name: words.withProvider }).waitFor();
      await page.goto(`${place.server.http}/console/templates`);
      await page.getByRole("link", { name: words.withProvider }).waitFor();
    });

    test(`who turns back at the provider is told so, and may try again, ${where}`, async () => {
      const page = await open("/console/");
      await setOut(page);
      await page.getByRole("link", { name: "Cancel" }).click();
      await isTold(page, words.denied);
      await accessible({ page }, "the sign-in page with its problem");
      await setOut(page);
      await signInThere(page, "ann");
      await page.getByRole("button", { name: words.account }).locator("visible=true").waitFor();
    });

    test(`who was not added is told whom to ask, ${where}`, async () => {
      const page = await open("/console/");
      await setOut(page);
      await signInThere(page, "eve");
      await isTold(page, words.notInvited);
    });

    test(`who was not added may come with another account at once, ${where}`, async () => {
      const page = await open("/console/templates");
      await setOut(page);
      await signInThere(page, "eve");
      await isTold(page, words.notInvited);
      // Eve is still signed in at the provider, which would take her again by itself.
      await setOut(page);
      await page.getByText("You are signed in as eve.").waitFor();
      await page.getByRole("textbox", { name: "Account" }).fill("ann");
      await page.getByRole("button", { name: "Use this account" }).click();
      const asked = page.getByRole("button", { name: "Continue" });
      const inside = page.getByRole("button", { name: words.account }).locator("visible=true");
      await asked.or(inside).waitFor();
      if (await asked.isVisible()) await asked.click();
      await inside.waitFor();
    });

    test(`who is refused on the way is at the sign-in page, with a sentence, ${where}`, async () => {
      const page = await open("/console/");
      await page.goto(`${place.server.http}/v1/auth/oidc/callback?state=a&state=b`);
      await isTold(page, words.failed);
    });
  }
}

test("an answer that another browser asked for signs nobody in, and the page says so", async () => {
  const words = WORDS.en;
  const page = await place.open("/console/", from());
  await page.goto(`${place.server.http}/v1/auth/oidc/callback?code=somebody-elses&state=${"x".repeat(43)}`);
  await page.getByRole("alert").filter({ hasText: words.expired }).waitFor();
});

/** The provider's own pages: who one is, and whether this server may know. */
async function signInThere(page, name) {
  await page.locator("input[name=login]").fill(name);
  await page.locator("input[name=password]").fill("any");
  await page.locator("button[type=submit]").click();
  await page.getByRole("button", { name: "Continue" }).click();
}
