import { parseObject } from "../json.ts";
import { cell } from "../observable.ts";
import { ConnectionError, parseRefusal, RefusalError } from "../refusal.ts";
import type { CloseReason, Incoming, Status, Transport } from "./transport.ts";

export interface SocketOptions {
  /** The server, as `wss://…` or `https://…`. */
  readonly url: string;
  /** A room token, or where to get a fresh one for each connection. */
  readonly token: string | (() => Promise<string>);
  /** Where there is no global `WebSocket`. */
  readonly WebSocket?: typeof WebSocket;
}

/** Waits before each attempt; then given up. Together about a minute, after which a token may be void. */
const RETRY_AFTER_MS = [0, 500, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000, 8_000, 8_000, 8_000];
/** Spreads those who lost a server together. */
const JITTER_MS = 500;
/** A command that was not answered for so long has met a connection that only looks open. */
const ANSWER_WITHIN_MS = 15_000;
/** Commands under way at once; nobody types so fast, and the server limits the pace anyway. */
const MAX_PENDING = 256;

/** RFC 6455 leaves 4000 to 4999 to applications. */
const CLOSE_REASONS: Readonly<Record<number, CloseReason>> = {
  4000: "room_ended",
  4001: "removed",
  4002: "duplicate_identity",
  4003: "join_refused",
};

interface Pending {
  readonly method: string;
  readonly resolve: (reply: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly timeout: ReturnType<typeof setTimeout>;
}

/** Commands and events over `/room/ws`, for an audience without media. Reconnects by itself. */
export function socketTransport(options: SocketOptions): Transport {
  const transport = new SocketTransport(options);
  transport.open();
  return transport;
}

class SocketTransport implements Transport {
  readonly status = cell<Status>({ phase: "connecting" });
  readonly greeted = true;
  readonly #options: SocketOptions;
  readonly #listeners = new Set<(message: Incoming) => void>();
  readonly #pending = new Map<number, Pending>();
  #socket: WebSocket | null = null;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #attempts = 0;
  #nextId = 1;

  constructor(options: SocketOptions) {
    this.#options = options;
  }

  readonly listen = (listener: (message: Incoming) => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  readonly send = (method: string, params: unknown): Promise<unknown> => {
    const socket = this.#socket;
    if (socket === null || this.status.getSnapshot().phase !== "connected") {
      return Promise.reject(new ConnectionError(`${method}: not connected`, "not_sent"));
    }
    if (this.#pending.size >= MAX_PENDING) {
      return Promise.reject(new ConnectionError(`${method}: too many commands await an answer`, "not_sent"));
    }
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      const timeout = setTimeout(() => {
        this.#pending.delete(id);
        reject(new ConnectionError(`${method} was not answered`, "unknown"));
      }, ANSWER_WITHIN_MS);
      this.#pending.set(id, { method, resolve, reject, timeout });
      socket.send(JSON.stringify({ id, method, params }));
    });
  };

  /** As each connection begins with a snapshot, asking for one is connecting anew. */
  readonly hello = async (): Promise<void> => {
    if (this.status.getSnapshot().phase === "connected") this.#socket?.close();
  };

  readonly close = async (): Promise<void> => this.#end("left");

  open(): void {
    this.#attempts += 1;
    this.#dial().catch((error: unknown) => this.#lost(error));
  }

  async #dial(): Promise<void> {
    const { token, url } = this.#options;
    const access = typeof token === "string" ? token : await token();
    if (this.status.getSnapshot().phase === "closed") return;
    const address = new URL("room/ws", url.replace(/^http/, "ws").replace(/\/?$/, "/"));
    address.searchParams.set("access_token", access);
    const socket = new (this.#options.WebSocket ?? WebSocket)(address);
    this.#socket = socket;
    socket.onmessage = ({ data }) => this.#receive(data);
    socket.onclose = ({ code }) => {
      if (this.#socket !== socket) return;
      const reason = CLOSE_REASONS[code];
      if (reason) this.#end(reason);
      else this.#lost(new Error(`closed with ${code}`));
    };
  }

  #receive(data: unknown): void {
    const message = typeof data === "string" ? parseObject(data) : null;
    if (message === null) return;
    if (typeof message["id"] === "number") return this.#answer(message["id"], message);
    // The snapshot is the door's word that it is open.
    if ("snapshot" in message) {
      this.#attempts = 0;
      this.status.set({ phase: "connected" });
    }
    for (const listener of [...this.#listeners]) listener(message);
    if (isEnd(message)) this.#end("room_ended");
  }

  #answer(id: number, message: Incoming): void {
    const pending = this.#pending.get(id);
    if (!pending) return;
    this.#pending.delete(id);
    clearTimeout(pending.timeout);
    const refusal = parseRefusal(message["refusal"]);
    if (refusal) pending.reject(new RefusalError(pending.method, refusal));
    else pending.resolve(message["reply"]);
  }

  #lost(cause: unknown): void {
    this.#socket = null;
    this.#abandon(cause);
    if (this.status.getSnapshot().phase === "closed") return;
    const wait = RETRY_AFTER_MS[this.#attempts];
    if (wait === undefined) return this.#end("connection_lost");
    if (this.status.getSnapshot().phase === "connected") this.status.set({ phase: "reconnecting" });
    this.#retry = setTimeout(() => this.open(), wait + Math.random() * JITTER_MS);
  }

  #end(reason: CloseReason): void {
    if (this.status.getSnapshot().phase === "closed") return;
    clearTimeout(this.#retry);
    this.status.set({ phase: "closed", reason });
    this.#socket?.close();
    this.#socket = null;
    this.#abandon(new Error(reason));
  }

  #abandon(cause: unknown): void {
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    for (const { method, reject, timeout } of pending) {
      clearTimeout(timeout);
      reject(new ConnectionError(`${method}: the connection was lost`, "unknown", { cause }));
    }
  }
}

const isEnd = ({ event }: Incoming): boolean => {
  const { feature, type } = (event ?? {}) as { feature?: unknown; type?: unknown };
  return feature === "room" && type === "ended";
};
