// Cookies, forged requests, guessed passwords, and the audit log's way out, as seen over HTTP.

import assert from "node:assert/strict";
import { makeOwner, signedInOwner, write } from "../lib/account.mjs";
import { Jar } from "../lib/jar.mjs";
import { startServer } from "../lib/server.mjs";
import { tell } from "../lib/stories.mjs";

const server = await startServer({ STOA_PUBLIC_URL: "https://meet.example.org" });
const plain = await startServer();
const password = await makeOwner(server);
const people = `${server.http}/v1/people`;

const refused = async (response, status, code) => {
  assert.equal(response.status, status);
  assert.equal(response.headers.get("content-type"), "application/problem+json");
  assert.equal((await response.json()).code, code);
};

const stories = {
  async "a session's cookies cannot be read by pages, sent by others, or heard on the way"() {
    const jar = await signedInOwner(server, password);
    const [session, csrf] = ["stoa_session", "stoa_csrf"].map((name) => jar.set.find((set) => set.startsWith(`${name}=`)));
    for (const attribute of ["HttpOnly", "SameSite=Lax", "Secure", "Path=/"]) {
      assert.ok(session.split("; ").includes(attribute), `${attribute} in ${session.replace(/=[^;]+/, "")}`);
    }
    assert.ok(csrf.includes("SameSite=Lax") && csrf.includes("Secure"));
    assert.ok(!csrf.includes("HttpOnly"), "our page reads this one");
    assert.ok(!/domain/i.test(session), "for this host only");
  },

  async "without https cookies are not marked for it, or nobody could try things out"() {
    const jar = await signedInOwner(plain, await makeOwner(plain));
    assert.ok(jar.set.every((set) => !set.includes("Secure")));
  },

  async "a write needs the sign that our own page sent it"() {
    const jar = await signedInOwner(server, password);
    const body = { email: "ben@example.com", name: "Ben", role: "staff" };
    await refused(await jar.json("POST", people, body), 403, "csrf");
    await refused(await jar.json("POST", people, body, { "x-stoa-csrf": "x".repeat(43) }), 403, "csrf");
    const other = await signedInOwner(server, password);
    await refused(await jar.json("POST", people, body, { "x-stoa-csrf": other.value("stoa_csrf") }), 403, "csrf");
    await refused(await jar.json("DELETE", `${server.http}/v1/session`), 403, "csrf");
    assert.equal((await write(jar, "POST", people, body)).status, 201);
  },

  async "a form on another page signs nobody in"() {
    const response = await new Jar().post(`${server.http}/v1/session`, { email: "owner@example.com", password });
    assert.equal(response.status, 415);
    assert.equal(response.headers.getSetCookie().length, 0);
  },

  async "other pages cannot read our answers"() {
    const jar = await signedInOwner(server, password);
    const response = await jar.get(people, { headers: { origin: "https://evil.example" } });
    assert.equal(response.headers.get("access-control-allow-origin"), null);
  },

  async "signing out ends the session, not only its cookie"() {
    const jar = await signedInOwner(server, password);
    const cookie = `stoa_session=${jar.value("stoa_session")}`;
    assert.equal((await write(jar, "DELETE", `${server.http}/v1/session`)).status, 204);
    assert.equal(jar.value("stoa_session"), undefined);
    await refused(await fetch(`${server.http}/v1/session`, { headers: { cookie } }), 401, "signed_out");
  },

  async "the audit log can be searched, checked, and taken away as a table that no spreadsheet runs"() {
    const jar = await signedInOwner(server, password);
    const audit = `${server.http}/v1/audit`;
    const found = await (await jar.get(`${audit}?action=person`)).json();
    assert.ok(found.items.length >= 2 && found.items.every((act) => act.action.startsWith("person.")));
    const verdict = await (await jar.get(`${audit}/verify`)).json();
    assert.ok(verdict.ok && verdict.entries >= found.items.length);
    const response = await jar.get(`${audit}.csv`);
    assert.equal(response.headers.get("content-type"), "text/csv; charset=utf-8");
    const lines = (await response.text()).split("\r\n");
    assert.equal(lines[0], "number,at,actor,action,target,detail,hash");
    assert.equal(lines.length - 2, verdict.entries, "every entry, and the line after the last");
    assert.ok(lines.every((line) => !/(^|,)"?[=+@-]/.test(line)));
  },

  async "who guesses passwords has to wait, and is told how long"() {
    const guess = (email) => new Jar().json("POST", `${server.http}/v1/session`, { email, password: "wrong password" });
    for (let n = 0; n < 10; n += 1) await refused(await guess("ben@example.com"), 401, "wrong_credentials");
    const response = await guess("ben@example.com");
    const seconds = Number(response.headers.get("retry-after"));
    await refused(response, 429, "too_fast");
    assert.ok(seconds > 0 && seconds <= 900, `${seconds} s`);
    await refused(await guess("BEN@example.com "), 429, "too_fast");
  },

  async "who has no account is told the same as who has a wrong password"() {
    const jar = new Jar();
    const response = await jar.json("POST", `${server.http}/v1/session`, { email: "nobody@example.com", password: "wrong password" });
    await refused(response, 401, "wrong_credentials");
  },

  async "one address that guesses at many accounts has to wait too"() {
    let last;
    for (let n = 0; n < 40; n += 1) {
      last = await new Jar().json("POST", `${server.http}/v1/session/magic`, { token: `guess-${n}` });
      if (last.status === 429) break;
    }
    await refused(last, 429, "too_fast");
    assert.match(last.headers.get("ratelimit-policy"), /^"guess";q=30;w=60$/);
  },
};

await tell(stories, async () => {
  await server.stop();
  await plain.stop();
});
