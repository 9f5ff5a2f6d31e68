import type { Http } from "./http.ts";
import { listOf } from "./pages.ts";

export interface AuditEntry {
  readonly id: string;
  readonly at: string;
  readonly actor: { readonly kind: string; readonly id: string | null; readonly name: string | null };
  readonly action: string;
  readonly target: { readonly kind: string; readonly id: string } | null;
  readonly details: Readonly<Record<string, unknown>>;
}

export interface AuditQuery {
  readonly actor?: string;
  readonly action?: string;
  readonly target?: string;
  readonly from?: string;
  readonly to?: string;
}

export const audit = (http: Http) => ({
  list: listOf<AuditEntry, AuditQuery>(http, "/v1/audit"),
  csvUrl: (query: AuditQuery = {}) => http.url("/v1/audit.csv", { ...query }),
  /** Whether the chain of hashes is whole. */
  verify: () => http.get<{ readonly ok: boolean; readonly entries: number }>("/v1/audit/verify"),
});
