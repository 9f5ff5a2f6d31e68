import { NetworkError, ProblemError } from "@stoa/sdk/api";
import { useCallback } from "react";
import { useText } from "./index.ts";

const KNOWN = [
  "signed_out",
  "right_missing",
  "no_tenant",
  "not_found",
  "taken",
  "invalid",
  "malformed",
  "changed",
  "last_owner",
  "wrong_credentials",
  "link_spent",
  "shared_person",
  "conflict",
  "owners_only",
  "csrf",
  "in_progress",
  "unsupported_recurrence",
  "unknown_timezone",
  "never_happens",
  "bad_duration",
  "unsupported_type",
  "quota_exceeded",
  "empty_file",
  "infected",
  "too_fast",
  "too_large",
  "busy",
  "internal",
] as const;

/** Rights in a tenant (crates/tenancy/src/rights.rs); as scopes they are named in the same words. */
export const RIGHTS = [
  "rooms.read",
  "rooms.write",
  "rooms.join",
  "history.read",
  "files.read",
  "files.write",
  "people.read",
  "people.write",
  "tenant.read",
  "tenant.write",
  "webhooks.read",
  "webhooks.write",
  "audit.read",
  "keys.read",
  "keys.write",
] as const;

/** What the server refused or why it failed, in the reader's language. */
export function useProblemText(): (error: unknown) => string {
  const t = useText();
  return useCallback(
    (error) => {
      if (error instanceof NetworkError) return t("problem.offline");
      if (!(error instanceof ProblemError)) return t("problem.internal");
      if (error.status === 429 && error.retry_after_ms) {
        return t("problem.too_fast_for", { count: Math.ceil(error.retry_after_ms / 1000) });
      }
      const code = KNOWN.find((known) => known === error.code);
      const right = RIGHTS.find((known) => known === error.problem["right"]);
      if (code === "right_missing" && right) return t("problem.right_missing_named", { right: t(`scope.${right}`) });
      const field = error.problem["field"];
      if (code === "invalid" && typeof field === "string") return t("problem.invalid_field", { field });
      return code ? t(`problem.${code}`) : t("problem.other", { code: error.code });
    },
    [t],
  );
}
