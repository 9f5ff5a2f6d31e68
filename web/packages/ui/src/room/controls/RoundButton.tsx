import type { LucideIcon } from "lucide-react";
import type { ComponentProps } from "react";
import { classes } from "../../classes.ts";
import { Tooltip } from "../../components/Tooltip.tsx";
import "./controls.css";

export type RoundButtonProps = Omit<ComponentProps<"button">, "children"> & {
  icon: LucideIcon;
  /** What pressing it does; read out, and shown as a tooltip. */
  label: string;
  /** A short word below the icon. */
  caption?: string | undefined;
  /** What it stands for is switched off: shown so that one sees it from afar. */
  off?: boolean | undefined;
  pressed?: boolean | undefined;
  tone?: "plain" | "danger" | undefined;
  count?: number | undefined;
  hint?: string | undefined;
};

/** A button of the control bar, large enough for a thumb. */
export function RoundButton({ icon: Icon, label, caption, off, pressed, tone = "plain", count, hint, className, ...rest }: RoundButtonProps) {
  return (
    <Tooltip text={hint ? `${label} · ${hint}` : label}>
      <button
        type="button"
        aria-label={label}
        aria-pressed={pressed}
        {...rest}
        className={classes("room-round", `room-round-${tone}`, off && "is-off", pressed && "is-pressed", className)}
      >
        <span className="room-round-face">
          <Icon aria-hidden size={22} strokeWidth={1.8} />
          {count ? <span className="room-round-count">{count > 99 ? "99+" : count}</span> : null}
        </span>
        {caption && (
          <span aria-hidden className="room-round-caption">
            {caption}
          </span>
        )}
      </button>
    </Tooltip>
  );
}
