import {
  type Api,
  createApi,
  createRoomApi,
  type EventName,
  type FeatureCommands,
  type Readable,
  type Right,
  type RoomApi,
  type RoomState,
  type StoaRoom,
} from "@stoa/sdk";
import type { Room } from "livekit-client";
import { createContext, type ReactNode, useContext, useEffect, useRef, useSyncExternalStore } from "react";

/** What the components of a meeting stand on. */
export interface MeetingSession {
  readonly stoa: StoaRoom;
  /** The media connection of `stoa`. */
  readonly room: Room;
  readonly commands: FeatureCommands;
  readonly state: Readable<RoomState | null>;
  readonly files: RoomApi["files"];
  readonly templates: Api["templates"];
  /** What one sends to others who shall come; null where the embedding page has no such link. */
  readonly inviteUrl: string | null;
}

/** A room entered by `Stoa.join` for these components. `token` is the room token that opened it. */
export function meetingOf(stoa: StoaRoom, { token, baseUrl, inviteUrl }: { token: string; baseUrl?: string; inviteUrl?: string | null }): MeetingSession {
  if (!stoa.media) throw new Error("a meeting needs a room with media");
  const options = { ...(baseUrl !== undefined && { baseUrl }), language: () => document.documentElement.lang };
  return {
    stoa,
    room: stoa.media,
    commands: stoa,
    state: stoa.state,
    files: createRoomApi({ ...options, roomToken: token }).files,
    templates: createApi(options).templates,
    inviteUrl: inviteUrl ?? null,
  };
}

const SessionContext = createContext<MeetingSession | null>(null);

export function MeetingProvider({ session, children }: { session: MeetingSession; children: ReactNode }) {
  return <SessionContext value={session}>{children}</SessionContext>;
}

export function useSession(): MeetingSession {
  const session = useContext(SessionContext);
  if (!session) throw new Error("a component of the meeting stands outside a MeetingProvider");
  return session;
}

/** A part of the room's state. `pick` must give the same object for the same state. */
export function useRoomState<T>(pick: (state: RoomState) => T): T | null {
  const { state } = useSession();
  return useSyncExternalStore(state.subscribe, () => {
    const now = state.getSnapshot();
    return now ? pick(now) : null;
  });
}

export const useMay = (right: Right): boolean => useRoomState((state) => state.me.rights.includes(right)) ?? false;

export const useMyIdentity = (): string => useSession().room.localParticipant.identity;

/** Calls `listener` with every event of that name, e.g. `chat.said`. */
export function useRoomEvent<Name extends keyof EventName>(name: Name, listener: (event: EventName[Name]) => void): void {
  const { stoa } = useSession();
  const latest = useRef(listener);
  useEffect(() => {
    latest.current = listener;
  });
  useEffect(
    () => stoa.on(name, (event) => latest.current(event)),
    [stoa, name],
  );
}

/** The name of a person, also of one who is not there any more. */
export function useNameOf(): (identity: string | null, fallback: string) => string {
  const people = useRoomState((state) => state.people.people);
  return (identity, fallback) => people?.find((person) => person.identity === identity)?.name ?? fallback;
}
