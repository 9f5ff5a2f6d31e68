import { execFile, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { AccessToken } from "livekit-server-sdk";

const READY_WITHIN_MS = 20_000;
/** Configured servers refuse shorter secrets. */
const SECRET = "only-for-tests-only-for-tests-only";

/** The binary under test: `STOA_BIN`, else what `cargo build` leaves in the target folder. */
export const binary = resolve(
  process.env.STOA_BIN ??
    join(process.env.CARGO_TARGET_DIR ?? join(import.meta.dirname, "../../../target"), "debug/stoa"),
);

let nextPort = Number(process.env.STOA_TEST_PORT ?? 17_000);

/**
 * Starts a server of its own on its own ports with its own data. `settings` are environment
 * variables that override configuration keys; `${turn}` in one is the port of that name. It listens
 * at `host` only.
 */
export async function startServer(settings = {}, { host = "127.0.0.1" } = {}) {
  const http = nextPort;
  const ports = { http, udp: http + 1, tcp: http + 2, turn: http + 3, turnTls: http + 4, https: http + 5 };
  nextPort += 10;
  const folder = await mkdtemp(join(tmpdir(), "stoa-e2e-"));
  const config = join(folder, "stoa.toml");
  await writeFile(config, configuration(host, ports, folder));
  const server = new Server(config, folder, host, ports, substitute(settings, ports));
  await server.start();
  return server;
}

const substitute = (settings, ports) =>
  Object.fromEntries(
    Object.entries(settings).map(([key, value]) => [key, value.replace(/\$\{(\w+)\}/g, (_, name) => ports[name])]),
  );

/** An address as URLs and socket addresses have it. */
export const inUrl = (host) => (host.includes(":") ? `[${host}]` : host);

const configuration = (host, ports, folder) => `
[http]
listen = "${inUrl(host)}:${ports.http}"

[media]
udp_port = ${ports.udp}
tcp_port = ${ports.tcp}
addresses = ["${host}"]

[keys]
devkey = "${SECRET}"

[store]
path = "${folder}/stoa.sqlite"
`;

/** Variables that begin so are settings of the server; the tests' own begin so too. */
export const withoutSettings = (environment) =>
  Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith("STOA_")));

class Server {
  constructor(config, folder, host, ports, settings) {
    Object.assign(this, { config, folder, ports, settings, output: "" });
    this.url = `ws://${inUrl(host)}:${ports.http}`;
    this.http = `http://${inUrl(host)}:${ports.http}`;
    this.key = "devkey";
    this.secret = SECRET;
  }

  async start() {
    this.process = spawn(binary, ["serve", "--config", this.config], {
      stdio: ["ignore", "pipe", "pipe"],
      // What the server keeps beside its database goes away with the folder.
      cwd: this.folder,
      env: { ...withoutSettings(process.env), ...this.settings },
    });
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream.on("data", (chunk) => {
        this.output += chunk;
        if (process.env.STOA_TEST_LOG) process.stderr.write(chunk);
      });
    }
    const deadline = Date.now() + READY_WITHIN_MS;
    while (!(await this.ready())) {
      if (this.process.exitCode !== null || Date.now() > deadline) {
        throw new Error(`the server did not become ready:\n${this.output}`);
      }
      await new Promise((done) => setTimeout(done, 50));
    }
  }

  async ready() {
    return fetch(`${this.http}/readyz`).then(
      (response) => response.ok,
      () => false,
    );
  }

  async token(identity, room, grant = {}, extra = {}) {
    const token = new AccessToken(this.key, this.secret, { identity, name: identity, ttl: "1h", ...extra });
    token.addGrant({ roomJoin: true, room, canUpdateOwnMetadata: true, ...grant });
    return token.toJwt();
  }

  /** Makes an owner of a tenant with this slug; with `operator`, also one of the platform's operators. */
  account({ email, name, tenant, password, operator = false }) {
    const asked = ["account", "create", "--config", this.config, "--email", email, "--name", name];
    return new Promise((done, failed) => {
      const child = execFile(
        binary,
        [...asked, "--tenant", tenant, "--password-stdin", ...(operator ? ["--operator"] : [])],
        { cwd: this.folder, env: { ...withoutSettings(process.env), ...this.settings } },
        (error) => (error ? failed(error) : done()),
      );
      child.stdin.end(`${password}\n`);
    });
  }

  async metrics() {
    return (await fetch(`${this.http}/metrics`)).text();
  }

  /** Ends the process and, unless it is to be started again, its data. */
  async stop({ signal = "SIGKILL", keep = false } = {}) {
    const ended = new Promise((done) => this.process.once("exit", done));
    if (this.process.exitCode === null && this.process.signalCode === null) {
      this.process.kill(signal);
      await ended;
    }
    if (!keep) await rm(this.folder, { recursive: true, force: true });
  }
}
