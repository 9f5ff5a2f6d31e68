import type { Http } from "./http.ts";
import { listOf } from "./pages.ts";

export interface AuditEntry {
  readonly id: string;
  readonly at: string;
  readonly actor: { readonly kind: string; readonly id: string | null; readonly name: string | null };
  readonly action: string;
  readonly target: { readonly kind: string; readonly id: string } | null;
  readonly details: Readonly<Record<string, unknown>>;
  /** SHA-256 of this entry and the one before it, in hexadecimal. */
  readonly hash: string;
}

export interface AuditVerdict {
  readonly ok: boolean;
  /** How many entries hold. */
  readonly entries: number;
  /** The first at which the chain breaks. */
  readonly broken_at: number | null;
  /** Hash of the newest entry. */
  readonly head: string | null;
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
  verify: () => http.get<AuditVerdict>("/v1/audit/verify"),
});
