import { freshId } from "../fresh_id.ts";
import { NetworkError, problemOf } from "./problem.ts";

export interface ApiOptions {
  /** The server's origin; in a page that it serves: nothing. */
  readonly baseUrl?: string;
  /** `sk_…`, for servers only. Pages have a session cookie. */
  readonly apiKey?: string;
  /** A room token, for `/room/*`. */
  readonly roomToken?: string;
  readonly fetch?: typeof fetch;
  /** As in `Accept-Language`; the browser's own otherwise. */
  readonly language?: () => string;
}

export type Query = Readonly<Record<string, string | number | boolean | null | undefined>>;

export interface RequestOptions {
  readonly signal?: AbortSignal;
  /** Of a write: sent twice with the same key it is done once. Made for you otherwise. */
  readonly idempotencyKey?: string;
  /** Of a write: refused with 412 if the resource has changed since; see `Api.etagOf`. */
  readonly ifMatch?: string;
}

interface Request extends Omit<RequestOptions, "idempotencyKey"> {
  /** Null: none. A request with a key is bounded to 256 KiB, since the server looks at all of it first. */
  readonly idempotencyKey?: string | null | undefined;
  readonly query?: Query;
  /** Sent as JSON; a `Blob` or bytes as they are. */
  readonly body?: unknown;
  readonly contentType?: string;
}

/** A request that met no server, or one that is starting, is repeated after these waits. */
const RETRY_AFTER_MS = [300, 1_000];
const PASSING = new Set([502, 503, 504]);

/** One request: authentication, CSRF, idempotency, problems. */
export class Http {
  readonly #options: ApiOptions;
  readonly #etags = new WeakMap<object, string>();

  constructor(options: ApiOptions) {
    this.#options = options;
  }

  readonly get = <T>(path: string, query: Query = {}, options: RequestOptions = {}) =>
    this.#json<T>("GET", path, { ...options, query });
  readonly post = <T = void>(path: string, body?: unknown, options: RequestOptions & { query?: Query } = {}) =>
    this.#json<T>("POST", path, { ...options, body });
  readonly patch = <T>(path: string, body: unknown, options: RequestOptions = {}) =>
    this.#json<T>("PATCH", path, { ...options, body });
  /** The body as it is, such as a picture. */
  readonly put = <T>(path: string, body: Blob, options: RequestOptions = {}) =>
    this.#json<T>("PUT", path, { ...options, body, contentType: body.type || "application/octet-stream" });
  readonly delete = (path: string, options: RequestOptions = {}) => this.#json<void>("DELETE", path, options);

  /** The answer as it came, unread. */
  readonly fetch = (method: string, path: string, request: Request = {}) => this.#send(method, path, request);

  readonly etagOf = (resource: object): string | null => this.#etags.get(resource) ?? null;

  readonly url = (path: string, query: Query = {}): string => {
    const parameters = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined && value !== null) parameters.set(name, String(value));
    }
    const text = parameters.toString();
    return `${(this.#options.baseUrl ?? "").replace(/\/$/, "")}${path}${text && `?${text}`}`;
  };

  /** What proves who asks, and that the page itself does. */
  readonly headers = (method: string): Record<string, string> => {
    const { apiKey, roomToken, language } = this.#options;
    const bearer = apiKey ?? roomToken;
    const csrf = method === "GET" ? null : csrfCookie();
    return {
      ...(bearer && { authorization: `Bearer ${bearer}` }),
      ...(language && { "accept-language": language() }),
      ...(csrf !== null && { "x-stoa-csrf": csrf }),
    };
  };

  async #json<T>(method: string, path: string, request: Request): Promise<T> {
    const response = await this.#send(method, path, request);
    const text = await response.text();
    if (text === "") return undefined as T;
    const value = JSON.parse(text) as T;
    const etag = response.headers.get("etag");
    if (etag !== null && typeof value === "object" && value !== null) this.#etags.set(value, etag);
    return value;
  }

  async #send(method: string, path: string, request: Request): Promise<Response> {
    const headers = this.headers(method);
    const key = request.idempotencyKey === undefined ? freshId() : request.idempotencyKey;
    if (method !== "GET" && key !== null) headers["idempotency-key"] = key;
    if (request.ifMatch) headers["if-match"] = request.ifMatch;
    const raw = request.body instanceof Blob || request.body instanceof Uint8Array;
    if (request.body !== undefined) headers["content-type"] = request.contentType ?? "application/json";
    const init: RequestInit = {
      method,
      headers,
      credentials: "include",
      ...(request.signal && { signal: request.signal }),
      ...(request.body !== undefined && {
        body: raw ? (request.body as BodyInit) : JSON.stringify(request.body),
      }),
    };
    const response = await this.#attempt(this.url(path, request.query), init);
    if (!response.ok) throw await problemOf(response);
    return response;
  }

  /** The same key goes with each attempt, so a write that was done but not answered is not done again. */
  async #attempt(url: string, init: RequestInit): Promise<Response> {
    const send = this.#options.fetch ?? fetch;
    for (const wait of [...RETRY_AFTER_MS, null]) {
      try {
        const response = await send(url, init);
        if (wait === null || !PASSING.has(response.status)) return response;
      } catch (error) {
        if (init.signal?.aborted) throw error;
        if (wait === null) throw new NetworkError(`${init.method} ${url} met no server`, { cause: error });
      }
      await new Promise((done) => setTimeout(done, wait));
    }
    throw new NetworkError(`${init.method} ${url} was not sent`);
  }
}

function csrfCookie(): string | null {
  const cookies = (globalThis as { document?: { readonly cookie: string } }).document?.cookie ?? "";
  const found = cookies.split("; ").find((cookie) => cookie.startsWith("stoa_csrf="));
  return found ? decodeURIComponent(found.slice("stoa_csrf=".length)) : null;
}
