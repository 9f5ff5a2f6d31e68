const PASSWORD = "only-for-these-tests";

/** Somebody with an account, who calls meetings over the HTTP API and enters them signed in. */
export async function merchantOf(server, { name = "Demo Host", tenant = "tests", email, operator = false } = {}) {
  email ??= `${name.toLowerCase().replaceAll(" ", ".")}@example.com`;
  await server.account({ email, name, tenant, password: PASSWORD, operator });
  const response = await fetch(`${server.http}/v1/session`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ email, password: PASSWORD }),
  });
  if (!response.ok) throw new Error(`${name} could not sign in: ${response.status} ${await response.text()}`);
  return new Merchant(server, { name, email, cookies: response.headers.getSetCookie() });
}

class Merchant {
  constructor(server, { name, email, cookies: set }) {
    this.server = server;
    this.name = name;
    this.email = email;
    this.cookies = set.map((cookie) => {
      const [, key, value] = /^([^=]+)=([^;]*)/.exec(cookie);
      return { name: key, value, url: server.http };
    });
  }

  /** What shows the server who asks. */
  headers() {
    return {
      cookie: this.cookies.map(({ name, value }) => `${name}=${value}`).join("; "),
      "x-stoa-csrf": this.cookies.find(({ name }) => name === "stoa_csrf")?.value ?? "",
    };
  }

  /** Asks the API as the console would. */
  async ask(method, path, body, headers = {}) {
    const response = await fetch(`${this.server.http}${path}`, {
      method,
      headers: {
        ...this.headers(),
        ...headers,
        "content-type": "application/json",
        "idempotency-key": crypto.randomUUID(),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === "" ? null : JSON.parse(text);
  }

  /** A room that is open now, with its link for everybody. */
  meeting({ title = "Autumn samples", settings = {}, ...draft } = {}) {
    const open = { lobby: false, ...settings };
    return this.ask("POST", "/v1/rooms", { kind: "meeting", title, settings: open, ...draft });
  }

  link(room, draft) {
    return this.ask("POST", `/v1/rooms/${room.id}/links`, draft);
  }
}
