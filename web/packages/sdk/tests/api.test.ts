import assert from "node:assert/strict";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, beforeEach, test } from "node:test";
import { createApi, NetworkError, ProblemError } from "../src/index.ts";

interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

let seen: Seen[] = [];
let answers: ((response: ServerResponse) => void)[] = [];
let baseUrl = "";
const server = createServer(async (request, response) => {
  let body = "";
  for await (const part of request) body += part;
  seen.push({ method: request.method ?? "", url: request.url ?? "", headers: request.headers, body });
  (answers.shift() ?? json(500, {}))(response);
});
before(async () => {
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
after(() => server.close());
beforeEach(() => {
  seen = [];
  answers = [];
});

const json =
  (status: number, body: unknown, headers: Record<string, string> = {}) =>
  (response: ServerResponse) =>
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));

const draft = { kind: "meeting", title: "Weekly" } as const;

test("a write carries the key of its tenant and a key by which it is done once", async () => {
  answers = [json(201, { id: "room_1" })];
  const room = await createApi({ baseUrl, apiKey: "sk_1" }).rooms.create(draft);
  assert.equal(room.id, "room_1");
  const { method, url, headers, body } = seen[0]!;
  assert.deepEqual([method, url, JSON.parse(body)], ["POST", "/v1/rooms", draft]);
  assert.equal(headers.authorization, "Bearer sk_1");
  assert.match(String(headers["idempotency-key"]), /^[0-9a-f]{32}$/);
});

test("large bodies go without such a key, which would bound them", async () => {
  answers = [json(201, { id: "file_1" }), json(200, {}), json(201, { id: "file_2" })];
  const api = createApi({ baseUrl });
  await api.files.upload("room_1", new Blob(["article,price"]), "prices.csv");
  await api.probe.up(new Uint8Array(1_024));
  await api.files.upload("room_1", new Blob(["small"]), "small.txt", { idempotencyKey: "once" });
  assert.deepEqual(seen.map(({ headers }) => headers["idempotency-key"]), [undefined, undefined, "once"]);
});

test("a page's write proves by the cookie that the page sent it", async () => {
  Object.assign(globalThis, { document: { cookie: "theme=dark; stoa_csrf=c%3D1" } });
  try {
    answers = [json(200, {}), json(200, {})];
    const api = createApi({ baseUrl });
    await api.session.workIn("ten_1");
    await api.session.current();
    assert.deepEqual(seen.map(({ headers }) => headers["x-stoa-csrf"]), ["c=1", undefined]);
  } finally {
    Reflect.deleteProperty(globalThis, "document");
  }
});

test("a write that met a starting server is repeated with the same key", async () => {
  answers = [json(503, {}), json(201, { id: "room_1" })];
  await createApi({ baseUrl }).rooms.create(draft);
  assert.equal(seen.length, 2);
  assert.equal(seen[0]?.headers["idempotency-key"], seen[1]?.headers["idempotency-key"]);
});

test("a refusal is a problem with its code, and tells when to come back", async () => {
  const problem = { type: "https://stoa.dev/problems/too_fast", title: "Too fast", status: 429, code: "too_fast" };
  answers = [json(429, problem, { "retry-after": "3" })];
  const refused = createApi({ baseUrl }).session.signIn("a@example.com", "wrong");
  await assert.rejects(refused, (error: ProblemError) => {
    assert.deepEqual([error.status, error.code, error.retry_after_ms], [429, "too_fast", 3_000]);
    return true;
  });
});

test("an answer that is no problem document is one all the same", async () => {
  answers = [(response) => response.writeHead(404, { "content-type": "text/html" }).end("<h1>gone</h1>")];
  await assert.rejects(createApi({ baseUrl }).rooms.read("room_1"), { name: "ProblemError", code: "http_404" });
});

test("no server at all is not a refusal", async () => {
  const nowhere = createApi({ baseUrl: "http://127.0.0.1:1" });
  await assert.rejects(nowhere.rooms.read("room_1"), NetworkError);
});

test("a list goes on from page to page", async () => {
  answers = [
    json(200, { items: [{ id: "a" }, { id: "b" }], next_cursor: "x/y" }),
    json(200, { items: [{ id: "c" }], next_cursor: null }),
  ];
  const ids: string[] = [];
  for await (const room of createApi({ baseUrl }).rooms.list.each({ kind: "class" })) ids.push(room.id);
  assert.deepEqual(ids, ["a", "b", "c"]);
  assert.deepEqual(seen.map(({ url }) => url), ["/v1/rooms?kind=class", "/v1/rooms?kind=class&cursor=x%2Fy"]);
});

test("a resource remembers its version for the write that follows", async () => {
  answers = [json(200, { id: "room_1" }, { etag: '"7"' }), json(200, {})];
  const api = createApi({ baseUrl });
  const room = await api.rooms.read("room_1");
  await api.rooms.update("room_1", { title: "New" }, { ifMatch: api.etagOf(room) ?? "" });
  assert.equal(seen[1]?.headers["if-match"], '"7"');
});

test("a file goes up as it is, with its type and name", async () => {
  answers = [json(201, { id: "file_1" })];
  const file = new Blob(["%PDF"], { type: "application/pdf" });
  await createApi({ baseUrl }).files.upload("room_1", file, "price list.pdf");
  assert.equal(seen[0]?.url, "/v1/rooms/room_1/files?name=price+list.pdf");
  assert.equal(seen[0]?.headers["content-type"], "application/pdf");
  assert.equal(seen[0]?.body, "%PDF");
});

test("waiting in the lobby asks on until it was decided", async () => {
  answers = [json(200, { state: "waiting" }), json(200, { state: "waiting" }), json(200, { state: "admitted" })];
  assert.equal(await createApi({ baseUrl }).join.decided("abc", "tick_1"), "admitted");
  assert.equal(seen.length, 3);
});
