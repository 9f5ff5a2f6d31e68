import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { useUiText } from "../text.ts";
import "./State.css";

type EmptyProps = { icon?: LucideIcon; title: string; children?: ReactNode; action?: ReactNode };

/** Nothing is here yet: says what would be, and how to begin. Also a failed load, with "try again". */
export function EmptyState({ icon: Icon, title, children, action }: EmptyProps) {
  return (
    <div className="ui-empty">
      {Icon && (
        <span aria-hidden className="ui-empty-icon">
          <Icon size={22} />
        </span>
      )}
      <p className="ui-empty-title">{title}</p>
      {children && <div className="ui-empty-text">{children}</div>}
      {action && <div className="ui-empty-action">{action}</div>}
    </div>
  );
}

/** Holds the place of what is loading, so that nothing jumps. */
export function Skeleton({ lines = 3, height }: { lines?: number; height?: string }) {
  const t = useUiText();
  return (
    <div role="status" className="ui-skeletons">
      <span className="ui-hidden">{t("loading")}</span>
      {Array.from({ length: lines }, (_, line) => (
        <span key={line} aria-hidden className="ui-skeleton" style={height ? { height } : undefined} />
      ))}
    </div>
  );
}
