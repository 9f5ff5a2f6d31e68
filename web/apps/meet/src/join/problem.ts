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
        case "wrong_passcode":
          return text("passcodeWrong");
        case "passcode_required":
          return text("passcodeMissing");
        case "room_locked":
        case "locked":
          return text("locked");
        case "room_full":
        case "full":
          return text("full");
        case "banned":
          return text("banned");
        case "too_fast":
        case "too_many_requests":
          return text("tooFast");
        default:
          return error.status === 429 ? text("tooFast") : text("failed", { reason: error.message });
      }
    },
    [text],
  );
}

export const isPasscodeProblem = (error: unknown) => error instanceof ProblemError && /passcode/.test(error.code);
