import type { Http, RequestOptions } from "./http.ts";
import { listOf } from "./pages.ts";

export interface Webhook {
  readonly id: string;
  readonly url: string;
  readonly events: readonly string[];
  readonly enabled: boolean;
  readonly created_at: string;
}

export interface Delivery {
  readonly id: string;
  readonly event: string;
  readonly state: "pending" | "delivered" | "failed";
  readonly attempts: number;
  readonly status: number | null;
  readonly created_at: string;
  readonly next_attempt_at: string | null;
}

const at = (id: string) => `/v1/webhooks/${encodeURIComponent(id)}`;

/** Signed by the Standard Webhooks specification. */
export const webhooks = (http: Http) => ({
  list: listOf<Webhook>(http, "/v1/webhooks"),
  read: (id: string) => http.get<Webhook>(at(id)),
  /** The secret is in this answer only. */
  create: (fields: Pick<Webhook, "url" | "events">, options?: RequestOptions) =>
    http.post<Webhook & { readonly secret: string }>("/v1/webhooks", fields, options),
  update: (id: string, patch: Partial<Pick<Webhook, "url" | "events" | "enabled">>, options?: RequestOptions) =>
    http.patch<Webhook>(at(id), patch, options),
  delete: (id: string, options?: RequestOptions) => http.delete(at(id), options),
  deliveries: (id: string) => listOf<Delivery>(http, `${at(id)}/deliveries`),
  retry: (id: string, delivery: string, options?: RequestOptions) =>
    http.post(`${at(id)}/deliveries/${encodeURIComponent(delivery)}/retry`, {}, options),
});
