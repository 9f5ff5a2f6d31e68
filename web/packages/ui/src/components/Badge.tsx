import type { ReactNode } from "react";
import "./Badge.css";

export type BadgeTone = "neutral" | "accent" | "success" | "warning" | "danger" | "info";

/** `dot` for a state that goes on, such as a room that is live. */
export function Badge({ tone = "neutral", dot = false, children }: { tone?: BadgeTone; dot?: boolean; children: ReactNode }) {
  return (
    <span className={`ui-badge ui-badge-${tone}`}>
      {dot && <span aria-hidden className="ui-badge-dot" />}
      {children}
    </span>
  );
}
