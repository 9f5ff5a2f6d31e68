import type { LucideIcon } from "lucide-react";
import type { ComponentProps } from "react";
import { classes } from "../../classes.ts";
import { Tooltip } from "../../components/Tooltip.tsx";
import "./controls.css";

export type RoundButtonProps = Omit<ComponentProps<"button">, "children"> & {
  icon: LucideIcon;
  /** What pressing it does; read out, and shown as a tooltip. Holds the caption: who speaks to the page says what he sees (WCAG 2.5.3). */
  label: string;
  /** A short word below the icon. */
  caption?: string | undefined;
  /** What it stands for is switched off: shown so that one sees it from afar. */
  off?: boolean | undefined;
  /** For a label that stays the same. */
  pressed?: boolean | undefined;
  /** Looks pressed, while the label says what pressing does now. */
  lit?: boolean | undefined;
  tone?: "plain" | "danger" | undefined;
  /** Beside the icon; the label tells it too. */
  count?: number | undefined;
  hint?: string | undefined;
};

/** A button of the control bar, large enough for a thumb. */
export function RoundButton({ icon: Icon, label, caption, off, pressed, lit, tone = "plain", count, hint, className, ...rest }: RoundButtonProps) {
  return (
    <Tooltip text={hint ? `${label} · ${hint}` : label}>
      <button
        type="button"
        aria-label={label}
        aria-pressed={pressed}
        {...rest}
        className={classes("room-round", `room-round-${tone}`, off && "is-off", (pressed || lit) && "is-pressed", className)}
      >
        <span className="room-round-face">
          <Icon aria-hidden size={22} strokeWidth={1.8} />
          {count ? <span className="room-round-count" data-count={count > 99 ? "99+" : count} /> : null}
        </span>
        {caption && <span className="room-round-caption">{caption}</span>}
      </button>
    </Tooltip>
  );
}
