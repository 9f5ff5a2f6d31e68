import type { Http, RequestOptions } from "./http.ts";
import { listOf } from "./pages.ts";
import type { TenantRole } from "./session.ts";

export interface Brand {
  readonly logo_file_id?: string | null;
  /** As in CSS. */
  readonly primary_color?: string | null;
  readonly font?: string | null;
}

export interface Tenant {
  readonly id: string;
  readonly name: string;
  readonly slug: string;
  readonly brand: Brand;
  /** IANA name. */
  readonly timezone: string;
  readonly locale: string;
  /** How long history and files are kept. */
  readonly retention_days: number;
  readonly created_at: string;
}

export interface StaffMember {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: TenantRole;
  readonly locale: string;
  readonly created_at: string;
}

export interface ApiKey {
  readonly id: string;
  readonly label: string;
  readonly scopes: readonly string[];
  readonly created_at: string;
  readonly expires_at: string | null;
  /** To the hour. */
  readonly last_used_at: string | null;
  /** Since when it no longer works. */
  readonly revoked_at: string | null;
}

export interface ApiKeyDraft {
  readonly label: string;
  readonly scopes: readonly string[];
  /** Left out, it works until it is revoked. */
  readonly expires_at?: string;
}

export interface TenantDraft {
  readonly name: string;
  readonly slug: string;
  readonly timezone?: string;
  readonly locale?: string;
  /** The first of its people, who signs in by a link. */
  readonly owner?: { readonly email: string; readonly name: string };
}

export const tenant = (http: Http) => ({
  read: () => http.get<Tenant>("/v1/tenant"),
  update: (patch: TenantPatch, options?: RequestOptions) =>
    http.patch<Tenant>("/v1/tenant", patch, options),
  /** A PNG, JPEG, WebP or GIF of at most 256 KiB, in place of the one before. Everybody may see it. */
  setLogo: (picture: Blob, options?: RequestOptions): Promise<Tenant> => http.put("/v1/tenant/logo", picture, options),
  deleteLogo: (options?: RequestOptions) => http.delete("/v1/tenant/logo", options),
  logoUrl: (fileId: string) => http.url(`/v1/logos/${encodeURIComponent(fileId)}`),
});

type TenantPatch = Partial<Omit<Tenant, "id" | "created_at">>;

/** For operators of the platform. */
export const tenants = (http: Http) => ({
  list: listOf<Tenant>(http, "/v1/tenants"),
  create: (fields: TenantDraft, options?: RequestOptions) =>
    http.post<Tenant>("/v1/tenants", fields, options),
  update: (id: string, patch: TenantPatch, options?: RequestOptions) =>
    http.patch<Tenant>(`/v1/tenants/${encodeURIComponent(id)}`, patch, options),
});

type StaffPatch = Partial<Omit<StaffMember, "id" | "created_at">> & { readonly password?: string };

export const people = (http: Http) => ({
  list: listOf<StaffMember>(http, "/v1/people"),
  read: (id: string) => http.get<StaffMember>(`/v1/people/${encodeURIComponent(id)}`),
  create: (
    fields: Pick<StaffMember, "name" | "email" | "role"> & { readonly password?: string; readonly locale?: string },
    options?: RequestOptions,
  ) => http.post<StaffMember>("/v1/people", fields, options),
  update: (id: string, patch: StaffPatch, options?: RequestOptions) =>
    http.patch<StaffMember>(`/v1/people/${encodeURIComponent(id)}`, patch, options),
  delete: (id: string, options?: RequestOptions) => http.delete(`/v1/people/${encodeURIComponent(id)}`, options),
});

export const apiKeys = (http: Http) => ({
  list: listOf<ApiKey>(http, "/v1/api-keys"),
  /** The secret is in this answer only; a repetition under the same key gets null. */
  create: (fields: ApiKeyDraft, options?: RequestOptions) =>
    http.post<ApiKey & { readonly secret: string | null }>("/v1/api-keys", fields, options),
  revoke: (id: string, options?: RequestOptions) => http.delete(`/v1/api-keys/${encodeURIComponent(id)}`, options),
});
