import { useEffect, useState } from "react";
import { useNow } from "./useMedia.ts";

/** How long a slow room makes one wait. `begin` takes a failure; false: it was another one. */
export function useWait() {
  const [until, setUntil] = useState(0);
  const now = useNow(500, until > 0);
  const seconds = Math.max(0, Math.ceil((until - now) / 1000));
  useEffect(() => {
    if (until > 0 && seconds === 0) setUntil(0);
  }, [until, seconds]);
  const begin = (error: unknown): boolean => {
    const wait = retryAfterMs(error);
    if (wait !== null) setUntil(Date.now() + wait);
    return wait !== null;
  };
  return { seconds, begin };
}

/** How long the room asks to wait, when that is why a command was refused. */
function retryAfterMs(error: unknown): number | null {
  if (typeof error !== "object" || error === null) return null;
  const refusal = "refusal" in error ? error.refusal : error;
  if (typeof refusal !== "object" || refusal === null || !("retry_after_ms" in refusal)) return null;
  return typeof refusal.retry_after_ms === "number" ? refusal.retry_after_ms : null;
}
