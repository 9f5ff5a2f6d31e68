import type { LucideIcon } from "lucide-react";
import type { ComponentProps, ReactNode } from "react";
import { classes } from "../classes.ts";
import { useUiText } from "../text.ts";
import { Spinner } from "./Spinner.tsx";
import { Tooltip } from "./Tooltip.tsx";
import "./Button.css";

export type ButtonTone = "primary" | "neutral" | "quiet" | "danger";
export type ButtonSize = "sm" | "md" | "lg";

type Look = { tone?: ButtonTone | undefined; size?: ButtonSize | undefined; wide?: boolean | undefined };

export type ButtonProps = ComponentProps<"button"> & Look & { icon?: LucideIcon | undefined; busy?: boolean | undefined };

/** While busy it keeps its width, cannot be pressed, and says so. */
export function Button({ tone, size, wide, icon: Icon, busy = false, className, children, disabled, ...rest }: ButtonProps) {
  const t = useUiText();
  return (
    <button
      type="button"
      {...rest}
      className={classes(buttonClass({ tone, size, wide }), className)}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
    >
      {Icon && <Icon aria-hidden size={size === "sm" ? 14 : 16} />}
      {children}
      {busy && (
        <span className="ui-button-busy">
          <Spinner label={t("loading")} />
        </span>
      )}
    </button>
  );
}

/** The look of a button for what is not one: a link of a router. */
export function buttonClass({ tone = "neutral", size = "md", wide = false }: Look = {}): string {
  return classes("ui-button", `ui-button-${tone}`, `ui-button-${size}`, wide && "ui-button-wide");
}

export type IconButtonProps = ComponentProps<"button"> & {
  /** Read out, and shown as a tooltip. */
  label: string;
  icon: LucideIcon;
  tone?: ButtonTone | undefined;
  size?: ButtonSize | undefined;
};

export function IconButton({ label, icon: Icon, tone = "quiet", size = "md", className, ...rest }: IconButtonProps) {
  return (
    <Tooltip text={label}>
      <button
        type="button"
        aria-label={label}
        {...rest}
        className={classes(buttonClass({ tone, size }), "ui-button-icon", className)}
      >
        <Icon aria-hidden size={size === "lg" ? 20 : size === "sm" ? 15 : 18} />
      </button>
    </Tooltip>
  );
}

/** Buttons that belong together, in a row that wraps. */
export function Actions({ children, end = false }: { children: ReactNode; end?: boolean }) {
  return <div className={classes("ui-actions", end && "ui-actions-end")}>{children}</div>;
}
