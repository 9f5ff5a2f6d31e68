import type { Room } from "livekit-client";
import { commandsOf, type FeatureCommands, type Send } from "./commands.ts";
import type { EventName, FeatureEvent } from "./events.ts";
import { Inbox, type Outcome } from "./inbox.ts";
import { cell, type Readable } from "./observable.ts";
import { ConnectionError, RefusalError } from "./refusal.ts";
import type { RoomState } from "./state.ts";
import type { Status, Transport } from "./transport/transport.ts";
import type { Right } from "./vocabulary.ts";

/** A snapshot takes a round trip; one that has not come for so long is asked for again. */
const SNAPSHOT_WITHIN_MS = 5_000;
/** Each time after twice as long, so that a server in need is not asked by everybody all the time. */
const LONGEST_SNAPSHOT_WAIT_MS = 60_000;

/** A room that one has entered: its commands by feature, its events, and its state kept up to date. */
export interface StoaRoom extends FeatureCommands {
  /** The connection of livekit-client, for cameras and tracks; null without media. */
  readonly media: Room | null;
  /** Null until the first snapshot has come; `Stoa.join` waits for it. */
  readonly state: Readable<RoomState | null>;
  readonly status: Readable<Status>;
  /** Any command by its wire name. */
  readonly send: Send;
  /** Calls back with each event of that name (`chat.said`), until the returned function is called. */
  readonly on: <Name extends keyof EventName>(name: Name, listener: (event: EventName[Name]) => void) => () => void;
  /** Calls back with every event. */
  readonly onEvent: (listener: (event: FeatureEvent) => void) => () => void;
  /** What my role allows in this room's kind. */
  readonly mayI: (right: Right) => boolean;
  /** Resolves with the first state; rejects when the room was closed before. */
  readonly ready: Promise<RoomState>;
  readonly leave: () => Promise<void>;
}

/** Begins to listen on the transport and to keep the state. */
export function openRoom(transport: Transport, media: Room | null): StoaRoom {
  const hearing = new Hearing(transport);
  const send = ((method, params) => transport.send(method, params)) as Send;
  return {
    ...commandsOf(send),
    media,
    send,
    state: hearing.state,
    status: transport.status,
    on: (name, listener) =>
      hearing.onEvent((event) => {
        if (`${event.feature}.${event.type}` === name) listener(event as Parameters<typeof listener>[0]);
      }),
    onEvent: hearing.onEvent,
    mayI: (right) => hearing.state.getSnapshot()?.me.rights.includes(right) ?? false,
    ready: hearing.ready,
    leave: transport.close,
  };
}

/** Keeps the state by what the transport brings, and asks for a snapshot whenever one is needed. */
class Hearing {
  readonly state = cell<RoomState | null>(null);
  readonly ready: Promise<RoomState>;
  readonly #transport: Transport;
  readonly #inbox = new Inbox();
  readonly #listeners = new Set<(event: FeatureEvent) => void>();
  #settle: { readonly resolve: (state: RoomState) => void; readonly reject: (error: Error) => void };
  #snapshotDue: ReturnType<typeof setTimeout> | undefined;

  constructor(transport: Transport) {
    this.#transport = transport;
    this.#settle = { resolve: () => {}, reject: () => {} };
    this.ready = new Promise((resolve, reject) => (this.#settle = { resolve, reject }));
    // Whoever does not wait for it shall not be told of an unhandled rejection.
    this.ready.catch(() => {});
    transport.listen((message) => this.#take(this.#inbox.handle(message)));
    transport.status.subscribe(() => this.#statusChanged());
    this.#statusChanged();
  }

  readonly onEvent = (listener: (event: FeatureEvent) => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  #statusChanged(): void {
    const { phase, reason } = this.#transport.status.getSnapshot();
    clearTimeout(this.#snapshotDue);
    // What was under way is lost with the connection that carried it.
    this.#inbox.restart();
    if (phase === "connected" && !this.#transport.greeted) this.#greet();
    if (phase === "closed") this.#settle.reject(new ConnectionError(`the room was closed: ${reason}`, "not_sent"));
  }

  #greet(within_ms = SNAPSHOT_WITHIN_MS): void {
    clearTimeout(this.#snapshotDue);
    const again = () => this.#greet(Math.min(within_ms * 2, LONGEST_SNAPSHOT_WAIT_MS));
    this.#snapshotDue = setTimeout(again, within_ms);
    this.#transport.hello().catch((error: unknown) => {
      if (!(error instanceof RefusalError)) return;
      // A room that refuses to be greeted has no features; asking again would not help.
      clearTimeout(this.#snapshotDue);
      this.#settle.reject(error);
    });
  }

  #take(outcome: Outcome): void {
    switch (outcome.kind) {
      case "nothing":
        return;
      case "hello_needed":
        this.#inbox.restart();
        return this.#greet();
      case "replaced":
        clearTimeout(this.#snapshotDue);
        this.state.set(outcome.state);
        this.#settle.resolve(outcome.state);
        return outcome.missed.forEach((event) => this.#tell(event));
      case "advanced":
        this.state.set(outcome.state);
        this.#tell(outcome.event);
    }
  }

  #tell(event: FeatureEvent): void {
    for (const listener of [...this.#listeners]) listener(event);
  }
}
