import { Room, type RoomConnectOptions, type RoomOptions } from "livekit-client";
import { openRoom, type StoaRoom } from "./stoa_room.ts";
import { rpcTransport } from "./transport/rpc.ts";
import { type SocketOptions, socketTransport } from "./transport/socket.ts";

export interface JoinOptions {
  /** The server, as `wss://…`; what `POST /v1/join/{code}` answers. */
  readonly url: string;
  /** A room token. */
  readonly token: string;
  /** Options of livekit-client. Adaptive streams and dynacast are on unless these say otherwise. */
  readonly room?: RoomOptions;
  readonly connect?: RoomConnectOptions;
}

/** The ways into a room. */
export const Stoa = {
  /** Enters with media. Resolves when the room's state is there; rejects with what livekit-client or the room said. */
  async join({ url, token, room: options, connect }: JoinOptions): Promise<StoaRoom> {
    const media = new Room({ adaptiveStream: true, dynacast: true, ...options });
    const room = openRoom(rpcTransport(media), media);
    try {
      await media.connect(url, token, connect);
      await room.ready;
      return room;
    } catch (error) {
      await media.disconnect();
      throw error;
    }
  },

  /** Adds commands, events and state to a room of livekit-client, connected or about to be. */
  attach: (media: Room): StoaRoom => openRoom(rpcTransport(media), media),

  /** Enters without media: for an audience and for dashboards. */
  async watch(options: SocketOptions): Promise<StoaRoom> {
    const room = openRoom(socketTransport(options), null);
    await room.ready;
    return room;
  },
};
