// People sign in at a real OpenID provider: npm's `oidc-provider`, with its own sign-in pages.

import assert from "node:assert/strict";
import { makeOwner, signedInOwner, write } from "../lib/account.mjs";
import { Jar, leadsTo } from "../lib/jar.mjs";
import { openProvider } from "../lib/provider.mjs";
import { startServer } from "../lib/server.mjs";
import { tell } from "../lib/stories.mjs";

/** What the provider says of people, by the name under which they sign in there. */
const people = new Map([
  ["ann", { email: "Ann@Example.com", email_verified: true }],
  ["eve", { email: "eve@example.com", email_verified: true }],
  ["mallory", { email: "ann@example.com", email_verified: true }],
  ["bob", { email: "bob@example.com", email_verified: false }],
]);

const provider = await openProvider(people);
const server = await startServer({
  STOA_PUBLIC_URL: "http://127.0.0.1:${http}",
  ...provider.settings,
});
const CALLBACK = `${server.http}/v1/auth/oidc/callback`;
provider.begin(CALLBACK);
const owner = await signedInOwner(server, await makeOwner(server));

const invite = async (email) => {
  const response = await write(owner, "POST", `${server.http}/v1/people`, { email, name: "Somebody", role: "staff" });
  assert.equal(response.status, 201, await response.text());
};

/** Sets out to sign in; answers the provider's address. */
async function setOut(jar, return_to = "/console/rooms") {
  const response = await jar.get(`${server.http}/v1/auth/oidc/start?${new URLSearchParams({ return_to })}`);
  assert.equal(response.status, 303);
  return leadsTo(response);
}

/** Signs in on the provider's pages as `name`; answers the address that leads back to us. */
async function signInThere(jar, address, name) {
  for (let step = 0; step < 20; step += 1) {
    if (address.startsWith(CALLBACK)) return address;
    let response = await jar.get(address);
    if (response.status === 200) {
      const page = await response.text();
      const form = new URL(page.match(/action="([^"]+)"/)[1], address).href;
      const prompt = page.match(/name="prompt" value="([^"]+)"/)[1];
      response = await jar.post(form, prompt === "login" ? { prompt, login: name, password: "x" } : { prompt });
    }
    assert.ok(response.status >= 300 && response.status < 400, `${response.status} at ${address}`);
    address = leadsTo(response);
  }
  throw new Error("the provider does not send people back");
}

async function comesBack(jar, address) {
  const response = await jar.get(address);
  assert.equal(response.status, 303);
  const { pathname, search } = new URL(leadsTo(response));
  return pathname + search;
}

const problem = (code) => `/console/sign-in?problem=${code}`;
const signIn = async (jar, name) => comesBack(jar, await signInThere(jar, await setOut(jar), name));
const me = async (jar) => {
  const response = await jar.get(`${server.http}/v1/session`);
  return response.status === 200 ? response.json() : null;
};

const stories = {
  async "the sign-in page offers the provider by its name"() {
    const methods = await (await fetch(`${server.http}/v1/auth/methods`)).json();
    assert.deepEqual(methods, { password: true, magic_link: false, oidc: { name: "Example Login" } });
  },

  async "the provider is asked for a code with PKCE, a nonce and the address"() {
    const { searchParams: asked } = new URL(await setOut(new Jar()));
    assert.equal(asked.get("response_type"), "code");
    assert.equal(asked.get("code_challenge_method"), "S256");
    assert.equal(asked.get("code_challenge").length, 43);
    assert.ok(asked.get("nonce").length >= 43 && asked.get("state").length >= 43);
    assert.deepEqual(asked.get("scope").split(" ").sort(), ["email", "openid", "profile"]);
  },

  async "who was added to the staff comes in, to where he wanted"() {
    await invite("ann@example.com");
    const jar = new Jar();
    assert.equal(await signIn(jar, "ann"), "/console/rooms");
    const { person, tenant, tenant_role } = await me(jar);
    assert.deepEqual([person.email, tenant.slug, tenant_role], ["ann@example.com", "shop", "staff"]);
    assert.equal(jar.value("stoa_oidc"), undefined, "what tied the sign-in to this browser is gone");
  },

  async "from then on the identity counts, not the address"() {
    people.set("ann", { email: "ann.married@example.com", email_verified: true });
    const jar = new Jar();
    assert.equal(await signIn(jar, "ann"), "/console/rooms");
    assert.equal((await me(jar)).person.email, "ann@example.com");
  },

  async "an address that has gone to somebody else takes no account with it"() {
    const jar = new Jar();
    assert.equal(await signIn(jar, "mallory"), problem("conflict"));
    assert.equal(await me(jar), null);
  },

  async "who was not added is told so"() {
    const jar = new Jar();
    assert.equal(await signIn(jar, "eve"), problem("not_invited"));
    assert.equal(await me(jar), null);
  },

  async "after an account that has no place here the provider is told to ask which one it is to be, once"() {
    const jar = new Jar();
    const prompt = async () => new URL(await setOut(jar)).searchParams.get("prompt");
    assert.equal(await prompt(), null);
    assert.equal(await signIn(jar, "eve"), problem("not_invited"));
    assert.equal(await prompt(), "select_account");
    assert.equal(await prompt(), null);
  },

  async "a browser that is refused is led to the sign-in page, a program gets the problem"() {
    const page = { headers: { accept: "text/html,application/xhtml+xml,*/*;q=0.8" } };
    const seenAs = async (response) => new URL(leadsTo(await response)).search;
    assert.equal(await seenAs(new Jar().get(`${CALLBACK}?code=x&code=y`, page)), "?problem=oidc_failed");

    const absent = await startServer();
    try {
      const jar = new Jar();
      const start = `${absent.http}/v1/auth/oidc/start`;
      assert.equal(await seenAs(jar.get(start, page)), "?problem=oidc_absent");
      let refused;
      do {
        refused = await jar.get(start);
      } while (refused.status === 404);
      assert.equal(refused.status, 429);
      assert.equal((await refused.json()).code, "too_fast");
      assert.equal(await seenAs(jar.get(start, page)), "?problem=too_fast");
    } finally {
      await absent.stop();
    }
  },

  async "an address that the provider does not vouch for is nobody's"() {
    await invite("bob@example.com");
    assert.equal(await signIn(new Jar(), "bob"), problem("not_invited"));
  },

  async "an answer with another state is nobody's"() {
    const jar = new Jar();
    const back = new URL(await signInThere(jar, await setOut(jar), "ann"));
    back.searchParams.set("state", "x".repeat(43));
    assert.equal(await comesBack(jar, back), problem("sign_in_expired"));
  },

  async "another browser cannot be signed in with somebody's answer"() {
    const jar = new Jar();
    const back = await signInThere(jar, await setOut(jar), "ann");
    const victim = new Jar();
    await setOut(victim);
    assert.equal(await comesBack(victim, back), problem("sign_in_expired"));
    assert.equal(await me(victim), null);
  },

  async "an answer counts once, and so does a code"() {
    const jar = new Jar();
    const back = new URL(await signInThere(jar, await setOut(jar), "ann"));
    const state = jar.value("stoa_oidc");
    assert.equal(await comesBack(jar, back), "/console/rooms");
    const headers = { cookie: `stoa_oidc=${state}` };
    const again = await fetch(back, { headers, redirect: "manual" });
    assert.ok(again.headers.get("location").endsWith(problem("sign_in_expired")));

    const other = new Jar();
    const fresh = new URL(await signInThere(other, await setOut(other), "ann"));
    fresh.searchParams.set("code", back.searchParams.get("code"));
    assert.equal(await comesBack(other, fresh), problem("oidc_failed"));
    assert.equal(await me(other), null);
  },

  async "a token for another nonce does not hold"() {
    const jar = new Jar();
    const there = new URL(await setOut(jar));
    there.searchParams.set("nonce", "another");
    assert.equal(await comesBack(jar, await signInThere(jar, there.href, "ann")), problem("oidc_failed"));
    assert.equal(await me(jar), null);
  },

  async "a code that somebody has caught is of no use without the verifier"() {
    const jar = new Jar();
    const there = new URL(await setOut(jar));
    there.searchParams.set("code_challenge", "x".repeat(43));
    assert.equal(await comesBack(jar, await signInThere(jar, there.href, "ann")), problem("oidc_failed"));
  },

  async "who turns back at the provider is back at the sign-in page"() {
    const jar = new Jar();
    const page = await jar.get(await setOut(jar));
    let address = `${leadsTo(page)}/abort`;
    while (!address.startsWith(CALLBACK)) address = leadsTo(await jar.get(address));
    assert.equal(await comesBack(jar, address), problem("oidc_denied"));
  },

  async "nobody is sent to another address afterwards"() {
    for (const elsewhere of ["https://evil.example/", "//evil.example/", "/\\evil.example"]) {
      const jar = new Jar();
      assert.equal(await comesBack(jar, await signInThere(jar, await setOut(jar, elsewhere), "ann")), "/console/");
    }
  },

  async "a provider that is down is named as what is wrong"() {
    const jar = new Jar();
    const back = await signInThere(jar, await setOut(jar), "ann");
    await provider.close();
    assert.equal(await comesBack(jar, back), problem("oidc_unavailable"));
    await server.stop({ keep: true });
    await server.start();
    const response = await jar.get(`${server.http}/v1/auth/oidc/start`);
    assert.equal(new URL(leadsTo(response)).search, "?problem=oidc_unavailable");
  },
};

await tell(stories, () => server.stop());
