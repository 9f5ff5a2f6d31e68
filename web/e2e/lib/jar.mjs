/**
 * A browser without a screen: keeps cookies by host and path, and follows redirects only when told.
 */
export class Jar {
  static #count = 0;

  /** Of its own, for servers that believe what a proxy in front says of who asks. */
  #address = `198.51.100.${(Jar.#count += 1) % 250}`;
  #cookies = [];

  /** Every `Set-Cookie` that was received, as it was written. */
  set = [];

  async get(url, init = {}) {
    const address = new URL(url);
    const response = await fetch(address, {
      redirect: "manual",
      ...init,
      headers: { "x-forwarded-for": this.#address, ...init.headers, cookie: this.#sent(address) },
    });
    for (const written of response.headers.getSetCookie()) this.#keep(address, written);
    return response;
  }

  post(url, fields, init = {}) {
    const body = new URLSearchParams(fields);
    return this.get(url, { method: "POST", body, ...init });
  }

  json(method, url, value, headers = {}) {
    return this.get(url, {
      method,
      body: value === undefined ? undefined : JSON.stringify(value),
      headers: { "content-type": "application/json", ...headers },
    });
  }

  value(name) {
    return this.#cookies.find((cookie) => cookie.name === name)?.value;
  }

  #sent(address) {
    return this.#cookies
      .filter((cookie) => cookie.host === address.host && address.pathname.startsWith(cookie.path))
      .map((cookie) => `${cookie.name}=${cookie.value}`)
      .join("; ");
  }

  #keep(address, written) {
    this.set.push(written);
    const [pair, ...attributes] = written.split(";").map((part) => part.trim());
    const at = pair.indexOf("=");
    const cookie = { host: address.host, name: pair.slice(0, at), value: pair.slice(at + 1), path: "/" };
    let isGone = cookie.value === "";
    for (const attribute of attributes) {
      const [name, value] = attribute.split("=");
      if (/^path$/i.test(name)) cookie.path = value;
      if (/^max-age$/i.test(name) && Number(value) <= 0) isGone = true;
      if (/^expires$/i.test(name) && Date.parse(value) <= Date.now()) isGone = true;
    }
    const isSame = (other) => other.host === cookie.host && other.name === cookie.name && other.path === cookie.path;
    this.#cookies = this.#cookies.filter((other) => !isSame(other));
    if (!isGone) this.#cookies.push(cookie);
  }
}

/** Where a response leads to. */
export const leadsTo = (response) => new URL(response.headers.get("location"), response.url).href;
