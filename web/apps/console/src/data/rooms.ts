import type { Commands } from "@stoa/sdk";
import type { LinkDraft, RoomDraft, ScheduledRoom } from "@stoa/sdk/api";
import { keepPreviousData, useInfiniteQuery, useMutation, useQueries, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, LIVE_EVERY_MS, MOST_AT_ONCE } from "./api.ts";

export type Whose = "mine" | "all";

/** Rooms that may still be entered. A tenant with more of them finds the others under History. */
export function useRooms(whose: Whose = "all") {
  return useQuery({
    queryKey: ["rooms", "active", whose],
    queryFn: async () => (await api.rooms.list({ limit: MOST_AT_ONCE, state: "active", ...(whose === "mine" && { mine: true }) })).items,
    refetchInterval: LIVE_EVERY_MS,
    placeholderData: keepPreviousData,
  });
}

/** Every room that there was, a page at a time. */
export function useAllRooms() {
  return useInfiniteQuery({
    queryKey: ["rooms", "all"],
    queryFn: ({ pageParam }) => api.rooms.list({ limit: 30, ...(pageParam && { cursor: pageParam }) }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });
}

export function useRoom(id: string) {
  return useQuery({ queryKey: ["room", id], queryFn: () => api.rooms.read(id) });
}

/** When the rooms that repeat take place; the others say it themselves. */
export function useOccurrences(rooms: readonly ScheduledRoom[], from: string, to: string) {
  return useQueries({
    queries: rooms.map((room) => ({
      queryKey: ["room", room.id, "occurrences", from, to],
      queryFn: async () => (await api.rooms.occurrences(room.id, from, to)).items,
      placeholderData: keepPreviousData,
    })),
    combine: (results) => results.map((result) => result.data ?? []),
  });
}

export function useTemplates(locale: string) {
  return useQuery({
    queryKey: ["templates", locale],
    queryFn: async () => (await api.templates.list()).items,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function useCreateRoom() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (draft: RoomDraft) => api.rooms.create(draft),
    onSuccess: (room) => {
      queries.setQueryData(["room", room.id], room);
      void queries.invalidateQueries({ queryKey: ["rooms"] });
    },
  });
}

export type RoomPatch = Parameters<typeof api.rooms.update>[1];

/** Refused if somebody else has changed the room since this page read it. */
export function useChangeRoom(room: ScheduledRoom) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (patch: RoomPatch) => {
      const read = api.etagOf(room);
      return api.rooms.update(room.id, patch, read ? { ifMatch: read } : {});
    },
    onSuccess: (changed) => {
      queries.setQueryData(["room", room.id], changed);
      void queries.invalidateQueries({ queryKey: ["rooms"] });
    },
    onError: () => queries.invalidateQueries({ queryKey: ["room", room.id], exact: true }),
  });
}

/** For good: it stays in lists of the past. */
export function useCancelRoom(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => api.rooms.delete(id),
    onSuccess: () => Promise.all([queries.invalidateQueries({ queryKey: ["room", id] }), queries.invalidateQueries({ queryKey: ["rooms"] })]),
  });
}

export function useEndRoom(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => api.rooms.end(id),
    onSuccess: () => Promise.all([queries.invalidateQueries({ queryKey: ["room", id] }), queries.invalidateQueries({ queryKey: ["rooms"] })]),
  });
}

export function useLive(id: string) {
  return useQuery({ queryKey: ["room", id, "live"], queryFn: () => api.rooms.live(id), refetchInterval: LIVE_EVERY_MS });
}

type LobbyCommand = {
  [M in "lobby.admit" | "lobby.admit_all" | "lobby.deny"]: { readonly method: M; readonly params: Commands[M]["params"] };
}["lobby.admit" | "lobby.admit_all" | "lobby.deny"];

/** Lets in, or turns away, who waits in the lobby. */
export function useLobby(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ method, params }: LobbyCommand): Promise<void> => {
      await api.rooms.command(id, method, params);
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ["room", id, "live"] }),
  });
}

export function useLinks(roomId: string) {
  return useQuery({
    queryKey: ["room", roomId, "links"],
    queryFn: async () => (await api.rooms.links(roomId)({ limit: MOST_AT_ONCE })).items,
  });
}

export function useCreateLink(roomId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (draft: LinkDraft) => api.rooms.createLink(roomId, draft),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["room", roomId, "links"] }),
  });
}

export function useRevokeLink(roomId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api.links.revoke(id),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["room", roomId, "links"] }),
  });
}

export function useFiles(roomId: string) {
  return useQuery({
    queryKey: ["room", roomId, "files"],
    queryFn: async () => (await api.files.list(roomId)({ limit: MOST_AT_ONCE })).items,
  });
}

export function useUpload(roomId: string, onProgress: (part: number) => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (file: File) => api.files.upload(roomId, file, file.name, { onProgress }),
    onSettled: () => queries.invalidateQueries({ queryKey: ["room", roomId, "files"] }),
  });
}

export function useDeleteFile(roomId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api.files.delete(id),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["room", roomId, "files"] }),
  });
}

export function useSessions(roomId: string) {
  return useQuery({
    queryKey: ["room", roomId, "sessions"],
    queryFn: async () => (await api.rooms.sessions(roomId)({ limit: MOST_AT_ONCE })).items,
  });
}

/** Each time that people met in any room, a page at a time. */
export function useMeetings() {
  return useInfiniteQuery({
    queryKey: ["meetings"],
    queryFn: ({ pageParam }) => api.sessions.list({ limit: 30, ...(pageParam && { cursor: pageParam }) }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    refetchOnMount: "always",
  });
}

export function useSession(id: string) {
  return useQuery({ queryKey: ["session", id], queryFn: () => api.sessions.read(id) });
}
