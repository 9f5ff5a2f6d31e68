import type { Icon as IconType } from "@stoa/ui";
import { type ReactNode, useEffect, useRef } from "react";

type Props = { icon: IconType; title: string; subtitle?: string | undefined; children?: ReactNode; action?: ReactNode; tone?: "plain" | "danger" };

/** A page that says one thing. Its title takes the focus, so that it is read out when the page changes. */
export function Notice({ icon: Icon, title, subtitle, children, action, tone = "plain" }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), [title]);
  return (
    <section className="meet-notice" data-tone={tone}>
      <span aria-hidden className="meet-notice-icon">
        <Icon size={26} strokeWidth={1.7} />
      </span>
      <h1 ref={heading} tabIndex={-1}>
        {title}
      </h1>
      {subtitle && <p className="meet-notice-subtitle">{subtitle}</p>}
      {children && <div className="meet-lead">{children}</div>}
      {action && <div className="meet-notice-action">{action}</div>}
    </section>
  );
}
