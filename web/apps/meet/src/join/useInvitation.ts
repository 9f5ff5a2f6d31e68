import { type Invitation, ProblemError } from "@stoa/sdk/api";
import { useCallback, useEffect, useState } from "react";
import { api } from "../api.ts";

export type Loaded =
  | { readonly state: "loading" }
  | { readonly state: "loaded"; readonly invitation: Invitation; readonly reload: () => void }
  | { readonly state: "unknown" }
  | { readonly state: "trouble"; readonly reload: () => void };

/** So often the page looks who is inside, and whether the doors have opened. */
const LOOK_EVERY_MS = 10_000;
/** `setTimeout` takes no longer times than 24 days. */
const LONGEST_WAIT_MS = 2 ** 31 - 1;

export function useInvitation(code: string): Loaded {
  const [found, setFound] = useState<Invitation | "loading" | "unknown" | "trouble">("loading");
  const look = useCallback(() => {
    api.join.look(code).then(setFound, (error: unknown) => {
      const missing = error instanceof ProblemError && (error.status === 404 || error.status === 422);
      // What is on the screen stays there when one look in between fails.
      setFound((before) => (missing ? "unknown" : typeof before === "object" ? before : "trouble"));
    });
  }, [code]);
  useEffect(look, [look]);
  useEffect(() => {
    if (typeof found !== "object") return;
    const timer = setInterval(() => !document.hidden && look(), LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, [typeof found, look]);
  useAtOpening(typeof found === "object" ? found : null, look);
  if (typeof found === "object") return { state: "loaded", invitation: found, reload: look };
  return found === "trouble" ? { state: "trouble", reload: look } : { state: found };
}

function useAtOpening(invitation: Invitation | null, look: () => void): void {
  const opensAt = invitation?.state === "not_yet" ? invitation.opens_at : null;
  useEffect(() => {
    if (!opensAt) return;
    const wait = Math.max(0, new Date(opensAt).getTime() - Date.now());
    const timer = setTimeout(look, Math.min(wait, LONGEST_WAIT_MS));
    return () => clearTimeout(timer);
  }, [opensAt, look]);
}
