// Sign-in links and invitations go through a real mail server: npm's `smtp-server`.

import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeOwner, signedInOwner, write } from "../lib/account.mjs";
import { Jar } from "../lib/jar.mjs";
import { linkIn, Mailbox } from "../lib/mailbox.mjs";
import { binary, startServer, withoutSettings } from "../lib/server.mjs";
import { tell } from "../lib/stories.mjs";

const OWNER = "owner@example.com";
const ACCOUNT = { user: "shop", password: "only-for-tests" };

const mailbox = new Mailbox();
await mailbox.open();

const settings = {
  STOA_PUBLIC_URL: "http://127.0.0.1:${http}",
  STOA_MAIL_HOST: "localhost",
  STOA_MAIL_PORT: String(mailbox.port),
  STOA_MAIL_SECURITY: "none",
  STOA_MAIL_FROM: "示例商店 <no-reply@example.com>",
};
const server = await startServer(settings);
const plain = await startServer();
const owner = await signedInOwner(server, await makeOwner(server));

const add = (person) => write(owner, "POST", `${server.http}/v1/people`, { role: "staff", ...person });

async function invite(email, name, locale) {
  const response = await add({ email, name, locale });
  assert.equal(response.status, 201, await response.text());
}

async function askForLink(email, at = server) {
  const response = await new Jar().json("POST", `${at.http}/v1/magic-links`, { email });
  assert.equal(response.status, 202);
}

const tokenIn = (letter) => new URL(linkIn(letter)).hash.replace("#magic=", "");
const signInBy = (letter, jar = new Jar()) => jar.json("POST", `${server.http}/v1/session/magic`, { token: tokenIn(letter) });
const methods = async ({ http }) => (await fetch(`${http}/v1/auth/methods`)).json();

/** What the doctor says of mail. */
function doctor(changed = {}) {
  const env = { ...withoutSettings(process.env), ...server.settings, ...changed };
  return new Promise((done) => {
    execFile(binary, ["doctor", "--config", server.config], { cwd: server.folder, env }, (_, out) =>
      done(out.split("\n").filter((line) => line.includes(" mail: ")).join("\n")),
    );
  });
}

/** Starts the server anew with other settings of mail. */
async function startAnew(changed = {}, { signal } = {}) {
  await server.stop({ keep: true, signal });
  Object.assign(server.settings, changed);
  await server.start();
}

async function mailServerAnew(options) {
  await mailbox.close();
  await mailbox.open(options);
}

const metric = async (name) => Number((await server.metrics()).match(new RegExp(`^${name} (\\d+)`, "m"))?.[1] ?? 0);

async function until(isSo, what) {
  const deadline = Date.now() + 60_000;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`${what}: it never was\n${server.output}`);
    await new Promise((later) => setTimeout(later, 100));
  }
}

/** An authority of our own, and a certificate of it for `localhost`. */
const folder = await mkdtemp(join(tmpdir(), "stoa-mail-"));
const [authority, authorityKey, keyFile, request, certFile] = ["ca.pem", "ca-key.pem", "key.pem", "request.pem", "cert.pem"].map((name) => join(folder, name));
const openssl = (words, ...files) => execFileSync("openssl", [...words.split(" "), ...files], { stdio: "pipe" });
const EC = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes";
openssl(`req -x509 ${EC} -days 2 -subj /CN=authority -keyout`, authorityKey, "-out", authority);
openssl(`req ${EC} -subj /CN=localhost -addext subjectAltName=DNS:localhost -keyout`, keyFile, "-out", request);
openssl("x509 -req -days 2 -copy_extensions copy -in", request, "-CA", authority, "-CAkey", authorityKey, "-out", certFile);
const certificate = { key: await readFile(keyFile), cert: await readFile(certFile) };

const onAuth = (auth, _, done) => {
  const isRight = auth.username === ACCOUNT.user && auth.password === ACCOUNT.password;
  return isRight ? done(null, { user: auth.username }) : done(new Error(`no such user: ${auth.username}`));
};

const stories = {
  async "links are offered where they can arrive"() {
    assert.equal((await methods(server)).magic_link, true);
    assert.equal((await methods(plain)).magic_link, false);
    const merchant = await signedInOwner(plain, await makeOwner(plain));
    const hook = { url: "https://hook.example/", events: ["magic_link.requested"] };
    const response = await write(merchant, "POST", `${plain.http}/v1/webhooks`, hook);
    assert.equal(response.status, 201, await response.text());
    assert.equal((await methods(plain)).magic_link, true, "a tenant's server delivers them");
  },

  async "a link that was asked for comes by mail and signs in once"() {
    const letter = await mailbox.brings(() => askForLink(" Owner@Example.com "));
    assert.deepEqual([letter.to, letter.sender], [[OWNER], "no-reply@example.com"]);
    assert.deepEqual(letter.from, { name: "示例商店", address: "no-reply@example.com" });
    assert.equal(letter.subject, "Sign in to shop");
    assert.ok(linkIn(letter).startsWith(`${server.http}/console/sign-in#magic=`), linkIn(letter));
    assert.ok(letter.html.includes(`href="${linkIn(letter)}"`));
    const jar = new Jar();
    assert.equal((await signInBy(letter, jar)).status, 200);
    const me = await (await jar.get(`${server.http}/v1/session`)).json();
    assert.equal(me.person.email, OWNER);
    assert.ok((await signInBy(letter)).status >= 400, "spent");
  },

  async "who was added is told so in his language, and comes in by a link"() {
    const letter = await mailbox.brings(() => invite("wang@example.com", "王芳", "zh-CN"));
    assert.deepEqual(letter.to, ["wang@example.com"]);
    assert.equal(letter.subject, "shop 邀请您加入");
    assert.ok(letter.text.startsWith("王芳，您好："));
    assert.equal(linkIn(letter), `${server.http}/console/sign-in`);
    const link = await mailbox.brings(() => askForLink("wang@example.com"));
    assert.equal(link.subject, "登录 shop");
    assert.equal((await signInBy(link)).status, 200);
  },

  async "letters are marked as a machine's, so that no machine answers"() {
    const letter = await mailbox.brings(() => invite("ann@example.com", "Ann"));
    assert.ok(letter.headers.some(({ key, value }) => key === "auto-submitted" && value === "auto-generated"));
    assert.match(letter.messageId, /^<\d+\.\d+@example\.com>$/);
  },

  async "who has no account gets no letter, and the asker is not told"() {
    await askForLink("nobody@example.com");
    const letter = await mailbox.brings(() => askForLink("ann@example.com"));
    assert.deepEqual(letter.to, ["ann@example.com"]);
  },

  async "names and addresses smuggle nothing into a letter"() {
    for (const person of [
      { email: "eve@example.com", name: "Eve\r\nBcc: all@example.com" },
      { email: "eve@example.com\r\nBcc: all@example.com", name: "Eve" },
      { email: "eve@example.com,all@example.com", name: "Eve" },
      { email: "eve@example.com> SIZE=1\r\nRCPT TO:<all@example.com", name: "Eve" },
    ]) {
      const response = await add(person);
      assert.ok([400, 422].includes(response.status), `${response.status} to ${JSON.stringify(person)}`);
    }
    const name = 'Eve" <all@example.com>, <img src=x>';
    const letter = await mailbox.brings(() => invite("eve@example.com", name));
    assert.deepEqual(letter.to, ["eve@example.com"]);
    assert.ok(letter.text.includes(name) && !letter.html.includes("<img"));
    const head = letter.raw.split("\r\n\r\n")[0];
    assert.ok(!head.includes("all@example.com"), head);
  },

  async "who asks over and over fills nobody's mailbox"() {
    const count = mailbox.letters.length;
    await invite("ben@example.com", "Ben");
    for (let n = 0; n < 8; n += 1) await askForLink("ben@example.com");
    await mailbox.after(count + 5);
    // Whatever else was written before this one has come by then.
    for (const name of ["carl", "dana", "egon", "fred", "gina"]) await mailbox.brings(() => invite(`${name}@example.com`, name));
    const links = mailbox.letters.filter(({ to, text }) => to[0] === "ben@example.com" && text.includes("#magic="));
    assert.equal(links.length, 5);
  },

  async "a letter waits for a mail server that is down, also through a kill"() {
    await mailbox.close();
    const count = mailbox.letters.length;
    const failed = await metric("stoa_mail_failed_total");
    await askForLink(OWNER);
    await until(async () => (await metric("stoa_mail_failed_total")) > failed, "an attempt has failed");
    await startAnew();
    await mailbox.open();
    const letter = await mailbox.after(count);
    assert.equal((await signInBy(letter)).status, 200);
    await until(async () => (await metric("stoa_mail_sent_total")) > 0, "it is counted");
  },

  async "a mailbox that there is not is given up, and the log names nobody"() {
    const unknown = new Error("no mailbox dora@example.com here");
    await mailServerAnew({ onRcptTo: (_, __, done) => done(Object.assign(unknown, { responseCode: 550 })) });
    await invite("dora@example.com", "Dora Example");
    await until(() => server.output.includes("a letter was given up"), "it was given up");
    assert.ok(server.output.includes("answered 550"));
    for (const secret of ["dora@example.com", "Dora Example", "#magic="]) assert.ok(!server.output.includes(secret), secret);
  },

  async "wrong credentials are said by the doctor, and letters wait until they are mended"() {
    await mailServerAnew({ authOptional: false, allowInsecureAuth: true, onAuth });
    const wrong = { STOA_MAIL_USER: ACCOUNT.user, STOA_MAIL_PASSWORD: "guessed-wrong" };
    const told = await doctor(wrong);
    assert.match(told, /^problem .*refused the user or the password \(535\).*STOA_MAIL_PASSWORD/);
    await startAnew(wrong);
    const count = mailbox.letters.length;
    await invite("emil@example.com", "Emil");
    await until(() => server.output.includes("a letter waits for another attempt"), "an attempt has failed");
    for (const text of [told, server.output]) assert.ok(!text.includes("guessed-wrong"));

    const right = { STOA_MAIL_PASSWORD: ACCOUNT.password };
    assert.match(await doctor({ ...wrong, ...right }), /^ok .*takes letters, and knows mail.user$/);
    await startAnew(right);
    assert.deepEqual((await mailbox.after(count)).to, ["emil@example.com"]);
    assert.equal(mailbox.users.at(-1), ACCOUNT.user);
  },

  async "nobody's password goes to a mail server without the TLS that was asked for"() {
    let asked = 0;
    const hideSTARTTLS = { disabledCommands: ["STARTTLS"], allowInsecureAuth: true };
    await mailServerAnew({ ...hideSTARTTLS, onAuth: (...args) => ((asked += 1), onAuth(...args)) });
    assert.match(await doctor({ STOA_MAIL_SECURITY: "starttls" }), /^problem .*STARTTLS/);
    assert.equal(asked, 0);
  },

  async "letters go by STARTTLS and by TLS, to whom the certificate names"() {
    for (const [security, options] of [["starttls", {}], ["tls", { secure: true }]]) {
      await mailServerAnew({ ...certificate, ...options, authOptional: false, onAuth });
      if (!server.settings.SSL_CERT_FILE) {
        assert.match(await doctor({ STOA_MAIL_SECURITY: security }), /^problem .*certificate/, "nobody vouches for it");
      }
      await startAnew({ STOA_MAIL_SECURITY: security, SSL_CERT_FILE: authority });
      const letter = await mailbox.brings(() => invite(`${security}@example.com`, "Frida"));
      assert.ok(letter.isSecure, security);
      assert.match(await doctor({ STOA_MAIL_HOST: "127.0.0.1" }), /^problem .*certificate/, "another name");
    }
  },

  async "a letter that was under way when the process was killed comes with the next"() {
    let connected = 0;
    // It takes the call and never says a word.
    await mailServerAnew({ onConnect: () => (connected += 1) });
    await startAnew({ STOA_MAIL_SECURITY: "none", STOA_MAIL_USER: "", STOA_MAIL_PASSWORD: "" });
    await invite("gert@example.com", "Gert");
    await until(() => connected > 0, "the letter is under way");
    await server.stop({ keep: true });
    await mailServerAnew();
    const count = mailbox.letters.length;
    await server.start();
    assert.deepEqual((await mailbox.after(count)).to, ["gert@example.com"]);
  },

  async "who stops the server stops no letter in the middle"() {
    const heard = [];
    // The letter is taken, and only then the answer is made to wait.
    await mailServerAnew({
      onData: (stream, session, done) => {
        stream.resume();
        heard.push(session.envelope.rcptTo[0].address);
        setTimeout(done, 1_500);
      },
    });
    await invite("hugo@example.com", "Hugo");
    await until(() => heard.includes("hugo@example.com"), "the letter is under way");
    await startAnew({}, { signal: "SIGINT" });
    await invite("ida@example.com", "Ida");
    await until(() => heard.includes("ida@example.com"), "the next one came");
    assert.deepEqual(heard, ["hugo@example.com", "ida@example.com"], "each once");
  },
};

await tell(stories, async () => {
  await Promise.all([server.stop(), plain.stop()]);
  await mailbox.close();
  await rm(folder, { recursive: true });
});
