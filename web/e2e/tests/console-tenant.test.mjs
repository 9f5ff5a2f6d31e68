import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, afterEach, before, test } from "node:test";
import { eventually } from "../lib/browser.mjs";
import { office, PASSWORD, signIn } from "../lib/office.mjs";

// The receiver of these tests stands on this machine.
const place = office({ settings: { STOA_WEBHOOKS_PRIVATE_RECEIVERS: "true" } });
const told = [];
let receiver;
before(async () => {
  receiver = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    told.push({ headers: request.headers, body });
    response.writeHead(204).end();
  }).listen(0, "127.0.0.1");
  await once(receiver, "listening");
});
after(() => receiver.close());
afterEach(place.leave);

test("a colleague is added, signs in, and sees what is hers to do", async () => {
  const page = await place.open("/console/people", { as: place.owner });
  await page.getByRole("button", { name: "Add colleague" }).click();
  await page.getByLabel("Name", { exact: true }).fill("Mei Chen");
  await page.getByLabel("E-mail").fill("mei.chen@example.com");
  await page.getByRole("textbox", { name: /[Pp]assword/ }).fill(PASSWORD);
  await page.getByRole("dialog").getByRole("button", { name: "Add colleague" }).click();
  await page.getByRole("listitem").filter({ hasText: "mei.chen@example.com" }).waitFor();

  const colleague = await place.open("/console/");
  await signIn(colleague, "mei.chen@example.com");
  await colleague.getByRole("heading", { name: /Mei Chen/ }).waitFor();
  const nav = colleague.getByRole("navigation").first();
  assert.equal(await nav.getByRole("link", { name: "Schedule" }).count(), 1);
  assert.equal(await nav.getByRole("link", { name: "API keys" }).count(), 0);
  await colleague.goto(`${place.server.http}/console/api-keys`);
  await colleague.getByText("you lack the right to see it").waitFor();
});

test("who loses a right while a page is open is told which", async () => {
  const admin = await place.owner.ask("POST", "/v1/people", { name: "Former Admin", email: "former@example.com", role: "admin", password: PASSWORD });
  const page = await place.open("/console/api-keys");
  await signIn(page, "former@example.com");
  await page.getByRole("button", { name: "Create API key" }).first().click();
  await page.getByLabel("Name", { exact: true }).fill("Too late");
  await place.owner.ask("PATCH", `/v1/people/${admin.id}`, { role: "staff" });
  await page.getByRole("dialog").getByRole("button", { name: "Create API key" }).click();
  await page.getByText("You lack the right “Change API keys”. Ask an administrator.").waitFor();
});

test("a brand that is changed greets the next guest", async () => {
  const room = await place.owner.meeting({ title: "Tasting" });
  const page = await place.open("/console/settings", { as: place.owner });
  const company = page.locator("form", { has: page.getByRole("heading", { name: "Company" }) });
  await company.getByLabel("Name", { exact: true }).fill("Tea House");
  await company.getByRole("button", { name: "Use #0f766e" }).click();
  await company.locator("input[type=file]").setInputFiles({ name: "logo.png", mimeType: "image/png", buffer: GREEN_PIXEL });
  await company.getByRole("button", { name: "Remove" }).waitFor();
  await company.getByRole("button", { name: "Save" }).click();
  await page.getByText("Saved").waitFor();

  const guest = await place.open(`/j/${room.link.code}`);
  const logo = guest.getByRole("img", { name: "Tea House" });
  await logo.waitFor();
  await eventually(() => logo.evaluate((image) => image.naturalWidth), (width) => width > 0, { what: "the logo is shown to a guest" });
  const join = guest.getByRole("button", { name: "Join now" });
  await eventually(() => join.evaluate((button) => getComputedStyle(button).backgroundColor), isTeal, { what: "the button has the colour" });
});

test("an API key opens what it may, and nothing once it is revoked", async () => {
  const page = await place.open("/console/api-keys", { as: place.owner });
  await page.getByRole("button", { name: "Create API key" }).first().click();
  await page.getByLabel("Name", { exact: true }).fill("Order system");
  await page.getByRole("dialog").getByRole("button", { name: "Create API key" }).click();
  const secret = await page.getByRole("group", { name: "Secret of the key" }).locator("code").innerText();
  const ask = (path) => fetch(`${place.server.http}${path}`, { headers: { authorization: `Bearer ${secret}` } });
  assert.equal((await ask("/v1/rooms")).status, 200);
  assert.equal((await ask("/v1/audit")).status, 403);
  await page.getByRole("button", { name: "Done" }).click();

  const row = page.getByRole("row").filter({ hasText: "Order system" });
  await row.getByRole("button", { name: "Revoke" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
  await row.getByText("Revoked").waitFor();
  assert.equal((await ask("/v1/rooms")).status, 401);
});

test("a webhook is told of rooms, signed, and its log shows the answers", async () => {
  const page = await place.open("/console/webhooks", { as: place.owner });
  const url = `http://127.0.0.1:${receiver.address().port}/hook`;
  await page.getByRole("button", { name: "Add webhook" }).first().click();
  await page.getByLabel("Address").fill(url);
  await page.getByRole("dialog").getByRole("button", { name: "Add webhook" }).click();
  const secret = await page.getByRole("dialog").locator("code").innerText();
  await page.getByRole("button", { name: "Done" }).click();
  await page.getByRole("link", { name: url }).click();

  await page.getByRole("button", { name: "Send a test" }).click();
  await page.getByText("A test event is on its way").waitFor();
  await place.owner.meeting({ title: "Told of" });
  const delivered = page.getByRole("row").filter({ hasText: "room.created" }).getByText("Delivered");
  await eventually(
    async () => {
      await page.reload();
      await delivered.waitFor({ timeout: 2000 });
      return true;
    },
    Boolean,
    { what: "the log shows the delivery", within: 60_000 },
  );
  const created = told.find(({ body }) => body.includes("room.created"));
  assert.equal(created.headers["webhook-signature"].split(" ").includes(signatureOf(created, secret)), true);

  await page.getByRole("button", { name: "Delete" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await page.getByText("No webhooks yet").waitFor();
});

test("the audit log names what was done, is found by its action, and holds", async () => {
  await place.owner.meeting({ title: "Audited" });
  const page = await place.open("/console/audit", { as: place.owner });
  await page.getByLabel("Action").fill("room.created");
  await page.getByRole("button", { name: "Search" }).click();
  await page.getByRole("row").filter({ hasText: "room.created" }).filter({ hasText: "Demo Owner" }).first().waitFor();
  await eventually(() => page.getByRole("row").filter({ hasText: "api_key" }).count(), (count) => count === 0);
  await page.getByRole("button", { name: "Check the seal" }).click();
  await page.getByText("No entry was changed, removed or inserted.").waitFor();
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "Export CSV" }).click()]);
  const chunks = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk);
  assert.match(Buffer.concat(chunks).toString(), /room\.created/);
});

test("who has signed out is asked to sign in, and comes back to the same page", async () => {
  const page = await place.open("/console/templates");
  await signIn(page, place.owner.email);
  await page.getByRole("heading", { name: "Templates" }).waitFor();
  await page.getByRole("button", { name: "Account of Demo Owner" }).first().click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.getByRole("heading", { name: "Sign in to Stoa" }).waitFor();
  await page.goto(`${place.server.http}/console/people`);
  await signIn(page, place.owner.email);
  await page.getByRole("heading", { name: "People" }).waitFor();
});

/** By the Standard Webhooks specification. */
function signatureOf({ headers, body }, secret) {
  const key = Buffer.from(secret.replace("whsec_", ""), "base64");
  const text = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`;
  return `v1,${createHmac("sha256", key).update(text).digest("base64")}`;
}

const isTeal = (color) => {
  const [red = 255, green = 0, blue = 255] = (color.match(/\d+/g) ?? []).map(Number);
  return red < 60 && green > 80 && blue > 70 && green > red + 50;
};

const GREEN_PIXEL = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==",
  "base64",
);
