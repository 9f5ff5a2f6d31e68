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
  readonly retention_days: number | null;
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
  readonly last_used_at: string | null;
}

export const tenant = (http: Http) => ({
  read: () => http.get<Tenant>("/v1/tenant"),
  update: (patch: Partial<Omit<Tenant, "id">>, options?: RequestOptions) =>
    http.patch<Tenant>("/v1/tenant", patch, options),
});

/** For operators of the platform. */
export const tenants = (http: Http) => ({
  list: listOf<Tenant>(http, "/v1/tenants"),
  create: (fields: Pick<Tenant, "name" | "slug"> & Partial<Tenant>, options?: RequestOptions) =>
    http.post<Tenant>("/v1/tenants", fields, options),
  update: (id: string, patch: Partial<Omit<Tenant, "id">>, options?: RequestOptions) =>
    http.patch<Tenant>(`/v1/tenants/${encodeURIComponent(id)}`, patch, options),
});

export const people = (http: Http) => ({
  list: listOf<StaffMember>(http, "/v1/people"),
  read: (id: string) => http.get<StaffMember>(`/v1/people/${encodeURIComponent(id)}`),
  create: (
    fields: Pick<StaffMember, "name" | "email" | "role"> & { readonly password?: string; readonly locale?: string },
    options?: RequestOptions,
  ) => http.post<StaffMember>("/v1/people", fields, options),
  update: (id: string, patch: Partial<Omit<StaffMember, "id" | "created_at">>, options?: RequestOptions) =>
    http.patch<StaffMember>(`/v1/people/${encodeURIComponent(id)}`, patch, options),
  delete: (id: string, options?: RequestOptions) => http.delete(`/v1/people/${encodeURIComponent(id)}`, options),
});

export const apiKeys = (http: Http) => ({
  list: listOf<ApiKey>(http, "/v1/api-keys"),
  /** The secret is in this answer only. */
  create: (fields: Pick<ApiKey, "label" | "scopes">, options?: RequestOptions) =>
    http.post<ApiKey & { readonly secret: string }>("/v1/api-keys", fields, options),
  revoke: (id: string, options?: RequestOptions) => http.delete(`/v1/api-keys/${encodeURIComponent(id)}`, options),
});
