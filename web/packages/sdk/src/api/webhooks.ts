import type { Http, RequestOptions } from "./http.ts";
import { listOf } from "./pages.ts";

export interface Webhook {
  readonly id: string;
  readonly url: string;
  readonly label: string;
  /** Empty: all. */
  readonly events: readonly string[];
  readonly enabled: boolean;
  readonly created_at: string;
}

export interface Delivery {
  readonly id: string;
  /** The header `webhook-id`. */
  readonly event_id: string;
  readonly event: string;
  readonly state: "pending" | "delivered" | "failed";
  readonly attempts: number;
  /** Of the last answer; null where there was none. */
  readonly status: number | null;
  /** Why the last attempt failed. */
  readonly error: string | null;
  readonly created_at: string;
  readonly next_attempt_at: string | null;
  readonly finished_at: string | null;
  /** What is sent. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** A webhook with the secret that signs its deliveries; null in a repetition of the request. */
export type WebhookWithSecret = Webhook & { readonly secret: string | null };

export interface WebhookDraft {
  readonly url: string;
  readonly label?: string;
  /** Left out or empty: all. */
  readonly events?: readonly string[];
}

const at = (id: string) => `/v1/webhooks/${encodeURIComponent(id)}`;

/** Signed by the Standard Webhooks specification. */
export const webhooks = (http: Http) => ({
  list: listOf<Webhook>(http, "/v1/webhooks"),
  read: (id: string) => http.get<Webhook>(at(id)),
  /** The secret is in this answer only. */
  create: (draft: WebhookDraft, options?: RequestOptions) => http.post<WebhookWithSecret>("/v1/webhooks", draft, options),
  /** With `new_secret` the old one signs nothing any more, and the new one is in the answer. */
  update: (
    id: string,
    patch: Partial<WebhookDraft> & { readonly enabled?: boolean; readonly new_secret?: boolean },
    options?: RequestOptions,
  ) => http.patch<WebhookWithSecret>(at(id), patch, options),
  /** Sends an event `webhook.test`. */
  test: (id: string, options?: RequestOptions) => http.post(`${at(id)}/test`, undefined, options),
  /** What there is to be told of. */
  events: () =>
    http.get<{ readonly items: readonly { readonly name: string; readonly about: string }[] }>("/v1/webhook-events"),
  delete: (id: string, options?: RequestOptions) => http.delete(at(id), options),
  deliveries: (id: string) => listOf<Delivery>(http, `${at(id)}/deliveries`),
  retry: (id: string, delivery: string, options?: RequestOptions) =>
    http.post(`${at(id)}/deliveries/${encodeURIComponent(delivery)}/retry`, {}, options),
});
