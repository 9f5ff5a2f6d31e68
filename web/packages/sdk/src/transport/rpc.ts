import { ConnectionState, DisconnectReason, type Room, RoomEvent, RpcError } from "livekit-client";
import { parseObject } from "../json.ts";
import { cell } from "../observable.ts";
import { ConnectionError, parseRefusal, RefusalError } from "../refusal.ts";
import type { CloseReason, Incoming, Status, Transport } from "./transport.ts";

/** The room itself, as a destination of calls and the sender of events. No person can have it. */
export const ROOM_IDENTITY = "stoa";
/** Of the data packets that carry events. */
export const ROOM_TOPIC = "stoa";
/** `RpcError.code` of a refusal, whose data is its JSON. */
export const REFUSED = 1600;

/**
 * Commands as RPC, events as data packets, over a connection of livekit-client. It does not
 * connect: give it a room that is connected or about to be.
 */
export function rpcTransport(room: Room): Transport {
  const status = cell<Status>(phaseOf(room));
  const listeners = new Set<(message: Incoming) => void>();
  const decoder = new TextDecoder();

  const set = (phase: "connected" | "reconnecting") => () => status.set({ phase });
  room
    .on(RoomEvent.Connected, set("connected"))
    .on(RoomEvent.Reconnected, set("connected"))
    .on(RoomEvent.Reconnecting, set("reconnecting"))
    // A break that is first noticed on the signal connection, media seemingly well, is announced by this alone.
    .on(RoomEvent.SignalReconnecting, set("reconnecting"))
    .on(RoomEvent.Disconnected, (reason) => status.set({ phase: "closed", reason: closeReason(reason) }))
    .on(RoomEvent.DataReceived, (payload, participant, _kind, topic, _encryption, identity) => {
      // A participant who sends on this topic would be heard as the room.
      if (topic !== ROOM_TOPIC || participant !== undefined || (identity ?? "") !== ROOM_IDENTITY) return;
      const message = parseObject(decoder.decode(payload));
      if (message !== null) for (const listener of [...listeners]) listener(message);
    });

  const send = async (method: string, params: unknown): Promise<unknown> => {
    if (status.getSnapshot().phase === "closed") throw new ConnectionError(`${method}: not in the room`, "not_sent");
    try {
      const reply = await room.localParticipant.performRpc({
        destinationIdentity: ROOM_IDENTITY,
        method,
        payload: JSON.stringify(params),
      });
      return JSON.parse(reply);
    } catch (error) {
      throw asOurs(method, error);
    }
  };

  return {
    status,
    send,
    listen: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    greeted: false,
    hello: async () => void (await send("room.hello", {})),
    close: () => room.disconnect(),
  };
}

function phaseOf(room: Room): Status {
  switch (room.state) {
    case ConnectionState.Connected:
      return { phase: "connected" };
    case ConnectionState.Reconnecting:
    case ConnectionState.SignalReconnecting:
      return { phase: "reconnecting" };
    case ConnectionState.Disconnected:
    case ConnectionState.Connecting:
      return { phase: "connecting" };
  }
}

function closeReason(reason: DisconnectReason | undefined): CloseReason {
  switch (reason) {
    case DisconnectReason.CLIENT_INITIATED:
      return "left";
    case DisconnectReason.PARTICIPANT_REMOVED:
      return "removed";
    case DisconnectReason.ROOM_DELETED:
    case DisconnectReason.ROOM_CLOSED:
      return "room_ended";
    case DisconnectReason.DUPLICATE_IDENTITY:
      return "duplicate_identity";
    case DisconnectReason.JOIN_FAILURE:
      return "join_refused";
    case DisconnectReason.SERVER_SHUTDOWN:
      return "server_shutdown";
    default:
      return "connection_lost";
  }
}

function asOurs(method: string, error: unknown): Error {
  if (!(error instanceof RpcError)) return new ConnectionError(`${method} was not carried`, "unknown", { cause: error });
  if (error.code === REFUSED) {
    const refusal = parseRefusal(parseObject(error.data ?? ""));
    if (refusal !== null) return new RefusalError(method, refusal);
  }
  if (error.code === RpcError.ErrorCode.UNSUPPORTED_METHOD) {
    return new RefusalError(method, { code: "unknown_method", message: error.message });
  }
  if (error.code === RpcError.ErrorCode.REQUEST_PAYLOAD_TOO_LARGE) {
    return new RefusalError(method, { code: "too_large", message: error.message });
  }
  return new ConnectionError(`${method} was not answered: ${error.message}`, "unknown", { cause: error });
}
