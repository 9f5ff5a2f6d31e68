import { audit } from "./audit.ts";
import { files, roomFiles } from "./files.ts";
import { type ApiOptions, Http, type RequestOptions } from "./http.ts";
import { join } from "./join.ts";
import { probe } from "./probe.ts";
import { links, rooms, sessions, templates } from "./rooms.ts";
import { session } from "./session.ts";
import { apiKeys, people, tenant, tenants } from "./tenant.ts";
import { webhooks } from "./webhooks.ts";
import type { Commands, Method } from "../commands.ts";

/**
 * The HTTP API. Rejects with {@link ProblemError} when the server refuses or fails, with
 * {@link NetworkError} when it did not answer. Writes carry an idempotency key and are repeated by
 * themselves when no answer came.
 */
export function createApi(options: ApiOptions = {}) {
  const http = new Http(options);
  return {
    session: session(http),
    tenant: tenant(http),
    tenants: tenants(http),
    people: people(http),
    apiKeys: apiKeys(http),
    audit: audit(http),
    templates: templates(http),
    rooms: rooms(http),
    links: links(http),
    sessions: sessions(http),
    files: files(http),
    webhooks: webhooks(http),
    join: join(http),
    probe: probe(http),
    /** Of a resource that this client has read, for `ifMatch`. */
    etagOf: http.etagOf,
  };
}

export type Api = ReturnType<typeof createApi>;

/** What a room token opens over HTTP: files, and commands without a connection. */
export function createRoomApi(options: ApiOptions & { readonly roomToken: string }) {
  const http = new Http(options);
  return {
    files: roomFiles(http),
    command: <M extends Method>(method: M, params: Commands[M]["params"], request?: RequestOptions) =>
      http.post<Commands[M]["reply"]>(`/room/commands/${method}`, params, request),
  };
}

export type RoomApi = ReturnType<typeof createRoomApi>;

export type { AuditEntry, AuditQuery, AuditVerdict } from "./audit.ts";
export type { StoredFile, UploadOptions } from "./files.ts";
export type { ApiOptions, RequestOptions } from "./http.ts";
export type { Answer, Invitation, Knock, Waiting } from "./join.ts";
export type { List, Page, PageQuery } from "./pages.ts";
export { NetworkError, type Problem, ProblemError } from "./problem.ts";
export type * from "./rooms.ts";
export type { AuthMethods, SignedIn, TenantRole } from "./session.ts";
export type { ApiKey, ApiKeyDraft, Brand, StaffMember, Tenant, TenantDraft } from "./tenant.ts";
export type { Delivery, Webhook, WebhookDraft, WebhookWithSecret } from "./webhooks.ts";
