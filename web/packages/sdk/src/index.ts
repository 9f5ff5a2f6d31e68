/**
 * Rooms, their people and features, and the HTTP API of a Stoa server.
 *
 * Begin with {@link Stoa.join}, and with {@link createApi} for what is not in a room. Media is
 * livekit-client's: a room's `media` is its `Room`. No framework is assumed; every changing value
 * is a {@link Readable}, which React's `useSyncExternalStore` takes as it is.
 */
export * from "./api/index.ts";
export { commandsOf, type Commands, type FeatureCommands, type Method, type Send } from "./commands.ts";
export type { Command, Envelope } from "./event.ts";
export type { EventName, EventNamed, FeatureEvent } from "./events.ts";
export * from "./features/index.ts";
export { freshId } from "./fresh_id.ts";
export { type Cell, cell, derived, type Readable } from "./observable.ts";
export {
  ConnectionError,
  type KnownRefusalCode,
  type Outcome,
  type Refusal,
  type RefusalCode,
  RefusalError,
} from "./refusal.ts";
export { type Me, mayI, reduce, type RoomState } from "./state.ts";
export { type JoinOptions, Stoa } from "./stoa.ts";
export { openRoom, type StoaRoom } from "./stoa_room.ts";
export { rpcTransport } from "./transport/rpc.ts";
export { type SocketOptions, socketTransport } from "./transport/socket.ts";
export type { CloseReason, Incoming, Status, Transport } from "./transport/transport.ts";
export type { By, Kind, Right, Role, Source, TimeMs } from "./vocabulary.ts";
