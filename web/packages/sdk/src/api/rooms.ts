import type { Commands, Method } from "../commands.ts";
import type { ChatMessage } from "../features/chat/state.ts";
import type { Question } from "../features/questions/state.ts";
import type { Visitor } from "../features/lobby/state.ts";
import type { Person } from "../features/people/state.ts";
import type { Kind, Role } from "../vocabulary.ts";
import type { Http, RequestOptions } from "./http.ts";
import { listOf } from "./pages.ts";

export interface Schedule {
  /** Local time in `timezone`, e.g. `2026-12-01T15:00`. */
  readonly starts_at: string;
  /** IANA name. */
  readonly timezone: string;
  readonly duration_min: number;
  /** RRULE (RFC 5545); null happens once. */
  readonly recurrence: string | null;
}

export interface RoomSettings {
  readonly lobby: boolean;
  readonly locked: boolean;
  readonly max_people: number;
  readonly chat: boolean;
  readonly annotation: boolean;
  readonly mute_on_entry: boolean;
  readonly camera_on_entry: boolean;
}

export interface AgendaEntry {
  readonly id: string;
  readonly text: string;
  readonly minutes: number;
}

export interface ScheduledRoom {
  readonly id: string;
  readonly kind: Kind;
  readonly title: string;
  readonly template_id: string | null;
  readonly state: "active" | "ended" | "cancelled";
  /** Null once he has left the tenant, and in a room that a server made. */
  readonly host: null | { readonly id: string; readonly name: string };
  readonly created_at: string;
  readonly schedule: Schedule | null;
  readonly next_occurrence: null | { readonly starts_at: string; readonly ends_at: string };
  readonly settings: RoomSettings;
  readonly agenda: readonly AgendaEntry[];
  readonly live: { readonly open: boolean; readonly people: number };
  /** For everybody; null once it is revoked. */
  readonly link: null | { readonly code: string; readonly url: string };
}

export interface RoomDraft {
  readonly kind: Kind;
  readonly title: string;
  readonly template_id?: string;
  readonly schedule?: Schedule | null;
  readonly settings?: Partial<RoomSettings>;
  readonly agenda?: readonly AgendaDraft[];
  /** One of the tenant's people; left out, whoever asks. */
  readonly host_id?: string;
}

export interface AgendaDraft {
  /** Left out, one is made. */
  readonly id?: string;
  readonly text: string;
  readonly minutes?: number;
}

/** What is left out stays. `ended` and `cancelled` are for good. */
export type RoomPatch = Partial<Omit<RoomDraft, "kind" | "template_id">> & { readonly state?: ScheduledRoom["state"] };

export interface Link {
  readonly id: string;
  readonly code: string;
  readonly url: string;
  readonly role: Role;
  readonly label: string;
  /** For one person: his name is filled in. */
  readonly person_name: string | null;
  readonly passcode_set: boolean;
  readonly expires_at: string | null;
  readonly max_uses: number | null;
  readonly uses: number;
  readonly revoked_at: string | null;
  readonly created_at: string;
}

export interface LinkDraft {
  readonly role?: Role;
  readonly label?: string;
  readonly person_name?: string | null;
  readonly passcode?: string | null;
  readonly expires_at?: string | null;
  readonly max_uses?: number | null;
}

/** What one enters a room with. */
export interface Entry {
  readonly url: string;
  readonly token: string;
  readonly identity: string;
  readonly role: Role;
}

export interface LiveRoom {
  readonly open: boolean;
  readonly started_at: string | null;
  readonly ends_at: string | null;
  readonly locked: boolean;
  readonly people: readonly Person[];
  /** Those who are only counted. */
  readonly audience: number;
  /** In the lobby. */
  readonly waiting: readonly Visitor[];
}

export interface RoomSession {
  readonly id: string;
  readonly room_id: string;
  readonly started_at: string;
  readonly ended_at: string | null;
  readonly people: number;
}

/** A session in a list of several rooms. */
export interface Meeting extends RoomSession {
  readonly room_title: string;
  readonly room_kind: Kind;
}

export interface SessionDetail extends RoomSession {
  readonly attendance: readonly {
    readonly identity: string;
    readonly name: string;
    readonly role: Role;
    readonly joined_at: string;
    readonly left_at: string | null;
  }[];
  readonly chat: readonly ChatMessage[];
  /** Oldest first, without what its asker took back. */
  readonly questions: readonly AskedQuestion[];
}

/** A question with what became of it. */
export interface AskedQuestion extends Question {
  readonly state: "open" | "answered" | "dismissed";
}

export interface Template {
  readonly id: string;
  readonly kind: Kind;
  readonly title: string;
  readonly agenda: readonly AgendaEntry[];
  readonly documents: readonly string[];
  readonly tools: readonly string[];
}

export interface RoomQuery {
  /** `today` is of the tenant's time zone; `upcoming` is soonest, `past` latest first. */
  readonly when?: "all" | "today" | "upcoming" | "past";
  /** Only those that I host. */
  readonly mine?: boolean;
  readonly state?: ScheduledRoom["state"];
  readonly kind?: Kind;
  readonly from?: string;
  readonly to?: string;
}

const at = (id: string) => `/v1/rooms/${encodeURIComponent(id)}`;

export const rooms = (http: Http) => ({
  list: listOf<ScheduledRoom, RoomQuery>(http, "/v1/rooms"),
  read: (id: string, options?: RequestOptions) => http.get<ScheduledRoom>(at(id), {}, options),
  create: (draft: RoomDraft, options?: RequestOptions) => http.post<ScheduledRoom>("/v1/rooms", draft, options),
  update: (
    id: string,
    patch: RoomPatch,
    options?: RequestOptions,
  ) => http.patch<ScheduledRoom>(at(id), patch, options),
  delete: (id: string, options?: RequestOptions) => http.delete(at(id), options),
  calendarUrl: (id: string) => http.url(`${at(id)}/calendar.ics`),
  occurrences: (id: string, from: string, to: string) =>
    http.get<{ readonly items: readonly { readonly starts_at: string; readonly ends_at: string }[] }>(
      `${at(id)}/occurrences`,
      { from, to },
    ),
  live: (id: string, options?: RequestOptions) => http.get<LiveRoom>(`${at(id)}/live`, {}, options),
  /** A command to the open room, from outside. */
  command: <M extends Method>(id: string, method: M, params: Commands[M]["params"], options?: RequestOptions) =>
    http.post<Commands[M]["reply"]>(`${at(id)}/commands/${method}`, params, options),
  end: (id: string, options?: RequestOptions) => http.post(`${at(id)}/end`, {}, options),
  /** Entry for myself; with an API key for anybody. */
  token: (
    id: string,
    who: { readonly role?: Role; readonly name?: string; readonly identity?: string } = {},
    options?: RequestOptions,
  ) => http.post<Entry>(`${at(id)}/token`, who, options),
  sessions: (id: string) => listOf<RoomSession>(http, `${at(id)}/sessions`),
  links: (id: string) => listOf<Link>(http, `${at(id)}/links`),
  createLink: (id: string, draft: LinkDraft, options?: RequestOptions) =>
    http.post<Link>(`${at(id)}/links`, draft, options),
});

export const links = (http: Http) => ({
  update: (id: string, patch: LinkDraft, options?: RequestOptions) =>
    http.patch<Link>(`/v1/links/${encodeURIComponent(id)}`, patch, options),
  revoke: (id: string, options?: RequestOptions) => http.delete(`/v1/links/${encodeURIComponent(id)}`, options),
});

export const sessions = (http: Http) => ({
  /** Of all rooms, latest first. */
  list: listOf<Meeting>(http, "/v1/sessions"),
  read: (id: string) => http.get<SessionDetail>(`/v1/sessions/${encodeURIComponent(id)}`),
});

export const templates = (http: Http) => ({
  list: (kind?: Kind) => http.get<{ readonly items: readonly Template[] }>("/v1/templates", { kind }),
});
