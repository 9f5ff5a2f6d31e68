import { useState } from "react";
import { useMeetText } from "./text.ts";

/** The tenant's mark, else its name; else ours. */
export function Logo({ tenant }: { tenant?: { readonly name: string; readonly logoUrl: string | null } | undefined }) {
  const text = useMeetText();
  const [failed, setFailed] = useState(false);
  if (tenant?.logoUrl && !failed) {
    return <img className="meet-logo" src={tenant.logoUrl} alt={tenant.name} onError={() => setFailed(true)} />;
  }
  return (
    <span className="meet-logo-words">
      {!tenant && <Mark />}
      {tenant?.name ?? text("product")}
    </span>
  );
}

function Mark() {
  return (
    <svg viewBox="0 0 32 32" width="28" height="28" aria-hidden>
      <rect width="32" height="32" rx="8" fill="var(--accent)" />
      <path
        d="M7 11.5 16 7l9 4.5M9.5 14v8M16 14v8M22.5 14v8M7 25h18"
        fill="none"
        stroke="var(--on-accent)"
        strokeWidth="2.2"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
