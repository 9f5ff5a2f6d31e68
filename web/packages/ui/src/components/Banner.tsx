import { CircleAlert, CircleCheck, Info, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import "./Banner.css";

export type BannerTone = "info" | "success" | "warning" | "danger";

const ICONS = { info: Info, success: CircleCheck, warning: TriangleAlert, danger: CircleAlert };

/** Something the reader should know here and now. `danger` is read out at once. */
export function Banner({ tone = "info", title, children, action }: { tone?: BannerTone; title?: string; children?: ReactNode; action?: ReactNode }) {
  const Icon = ICONS[tone];
  return (
    <div role={tone === "danger" ? "alert" : "status"} className={`ui-banner ui-banner-${tone}`}>
      <Icon aria-hidden size={18} />
      <div className="ui-banner-body">
        {title && <p className="ui-banner-title">{title}</p>}
        {children && <div>{children}</div>}
      </div>
      {action}
    </div>
  );
}
