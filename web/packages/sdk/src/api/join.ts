import type { Kind } from "../vocabulary.ts";
import type { Http, RequestOptions } from "./http.ts";
import type { Entry } from "./rooms.ts";
import type { Brand } from "./tenant.ts";

/** What a join page shows. */
export interface Invitation {
  readonly room: {
    readonly id: string;
    readonly title: string;
    readonly kind: Kind;
    readonly starts_at: string | null;
    readonly ends_at: string | null;
    readonly timezone: string | null;
  };
  readonly tenant: { readonly name: string; readonly brand: Brand };
  readonly host_names: readonly string[];
  readonly state: "open" | "not_yet" | "ended" | "expired" | "revoked";
  readonly opens_at: string | null;
  readonly passcode_required: boolean;
  readonly lobby: boolean;
  /** The name that the link was made for. */
  readonly person_name: string | null;
  readonly inside: readonly { readonly name: string }[];
  readonly inside_count: number;
  readonly camera_default: boolean;
  readonly microphone_default: boolean;
  readonly signed_in: null | { readonly name: string };
  readonly consent: readonly { readonly id: string; readonly text: string }[];
}

export interface Knock {
  readonly name: string;
  readonly passcode?: string;
  /** Of a wait in the lobby that has ended well. */
  readonly ticket?: string;
  /** A random string that the browser keeps, so that the same guest comes back as the same person. */
  readonly device_id: string;
}

export type Answer =
  | ({ readonly state: "admitted" } & Entry)
  | { readonly state: "waiting"; readonly ticket: string };

export type Waiting = "waiting" | "admitted" | "denied" | "closed";

const at = (code: string) => `/v1/join/${encodeURIComponent(code)}`;

export const join = (http: Http) => ({
  calendarUrl: (code: string) => http.url(`${at(code)}/calendar.ics`),
  look: (code: string, options?: RequestOptions) => http.get<Invitation>(at(code), {}, options),
  knock: (code: string, knock: Knock, options?: RequestOptions) => http.post<Answer>(at(code), knock, options),
  /** Resolves when it was decided, after asking as often as it takes. Give up with `options.signal`. */
  decided: async (code: string, ticket: string, options: RequestOptions = {}): Promise<Exclude<Waiting, "waiting">> => {
    for (;;) {
      const path = `${at(code)}/waiting/${encodeURIComponent(ticket)}`;
      const { state } = await http.get<{ readonly state: Waiting }>(path, { wait_s: LONG_POLL_S }, options);
      if (state !== "waiting") return state;
    }
  },
});

/** Below the 30 s after which common proxies close a silent request. */
const LONG_POLL_S = 20;
