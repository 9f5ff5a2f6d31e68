import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { gathering, PHONE } from "../lib/meet.mjs";

const place = gathering();
afterEach(place.leave);

const fits = (person) =>
  person.page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth);

for (const width of [390, 360]) {
  test(`a guest joins by link on a screen of ${width} px, chats, and is given the floor`, async () => {
    const room = await place.host.meeting();
    const host = await place.enterAsHost(room);
    const screen = { ...PHONE, viewport: { width, height: 844 } };
    const ana = await place.arrive(room, { screen });
    await ana.page.getByLabel("Your name").waitFor();
    assert.ok(await fits(ana), "the join page does not scroll sideways");
    await ana.page.getByLabel("Your name").fill("Ana");
    await ana.page.getByRole("button", { name: "Join now" }).tap();
    await ana.inside();
    assert.ok(await fits(ana), "neither does the meeting");
    await host.tile("Ana").waitFor();

    await ana.button("Chat").tap();
    const sheet = ana.page.getByRole("dialog", { name: "Chat" });
    await sheet.getByRole("textbox", { name: "Message" }).fill("Can you hold it closer?");
    await sheet.getByRole("button", { name: "Send" }).tap();
    await sheet.getByText("Can you hold it closer?").waitFor();
    await host.page.getByRole("region", { name: "Notices" }).getByText("Ana: Can you hold it closer?").waitFor();
    await host.open(/^Chat/);
    const panel = host.panel("Chat");
    await panel.getByRole("textbox", { name: "Message" }).fill("Like this? https://example.com/p/7");
    await host.page.keyboard.press("Enter");
    const link = sheet.getByRole("link", { name: "https://example.com/p/7" });
    assert.match(await link.getAttribute("rel"), /noopener/);
    await sheet.getByRole("button", { name: "Close" }).tap();

    await ana.button("More options").tap();
    await ana.page.getByRole("button", { name: "Raise hand" }).tap();
    await host.open(/^People: \d/);
    const hands = host.panel("People").getByRole("region", { name: "Raised hands" });
    await hands.getByText("Ana").waitFor();
    await hands.getByText(/waiting \d+:\d\d/).waitFor();
    await hands.getByRole("button", { name: "Let speak: Ana" }).click();
    await ana.page.getByText("You may speak now").waitFor();
    await hands.waitFor({ state: "detached" });
    assert.deepEqual(ana.errors, []);
  });
}

test("a picture and a document are sent in the chat and found again among the files", async () => {
  const room = await place.host.meeting();
  const host = await place.enterAsHost(room);
  const ana = await place.enter(room, "Ana", { screen: PHONE });
  await host.open(/^Chat/);
  const panel = host.panel("Chat");
  const chosen = host.page.waitForEvent("filechooser");
  await panel.getByRole("button", { name: "Attach a file" }).click();
  await (await chosen).setFiles([
    { name: "prices.csv", mimeType: "text/csv", buffer: Buffer.from("article,price\n7,12.50\n") },
  ]);
  await panel.getByRole("button", { name: "Send" }).click();
  await panel.getByRole("button", { name: "Download prices.csv" }).waitFor();

  await ana.button("More options").tap();
  await ana.page.getByRole("button", { name: "Files", exact: true }).tap();
  const download = ana.page.waitForEvent("download");
  await ana.page.getByRole("dialog", { name: "Files" }).getByRole("button", { name: "Download prices.csv" }).tap();
  const stream = await (await download).createReadStream();
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  assert.equal(Buffer.concat(chunks).toString(), "article,price\n7,12.50\n");
});
