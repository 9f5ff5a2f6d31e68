import { ProblemError } from "@stoa/sdk/api";
import { useCallback } from "react";
import { useMeetText } from "../text.ts";

/** Why somebody was not let in, in his language, by the code of the problem. */
export function useEnteringProblem(): (error: unknown) => string {
  const text = useMeetText();
  return useCallback(
    (error) => {
      if (!(error instanceof ProblemError)) return text("unreachable");
      switch (error.code) {
        case "passcode_wrong":
          return text("passcodeWrong");
        case "passcode_needed":
          return text("passcodeMissing");
        case "link_revoked":
          return text("revokedTitle");
        case "link_expired":
          return text("expiredTitle");
        case "link_used_up":
          return text("usedUp");
        case "room_ended":
          return text("endedTitle");
        case "not_yet":
          return text("notYetTitle");
        case "locked":
          return text("locked");
        case "room_full":
          return text("full");
        case "banned":
          return text("banned");
        default:
          return error.status === 429 ? text("tooFast") : text("failed", { reason: error.message });
      }
    },
    [text],
  );
}

export const isPasscodeProblem = (error: unknown) => error instanceof ProblemError && /passcode/.test(error.code);
