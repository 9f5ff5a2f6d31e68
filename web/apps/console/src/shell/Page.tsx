import { ChevronLeft } from "lucide-react";
import { type ReactNode, useEffect } from "react";
import { Link } from "wouter";
import { useMe } from "../data/session.ts";

type Props = {
  title: string;
  /** Under the title. */
  intro?: ReactNode;
  /** Beside the title: what this page is for doing. */
  actions?: ReactNode;
  back?: { href: string; label: string };
  /** Beside the title, such as a state. */
  badge?: ReactNode;
  width?: "normal" | "narrow";
  children: ReactNode;
};

export function Page({ title, intro, actions, back, badge, width = "normal", children }: Props) {
  const tenant = useMe().data?.tenant?.name ?? "Stoa";
  useEffect(() => {
    document.title = `${title} · ${tenant}`;
  }, [title, tenant]);
  return (
    <div className={`page page-${width}`}>
      <header className="page-header">
        {back && (
          <Link href={back.href} className="page-back">
            <ChevronLeft aria-hidden size={16} />
            {back.label}
          </Link>
        )}
        <div className="page-heading">
          <div className="page-titles">
            <div className="page-title">
              <h1>{title}</h1>
              {badge}
            </div>
            {intro && <p className="page-intro">{intro}</p>}
          </div>
          {actions && <div className="page-actions">{actions}</div>}
        </div>
      </header>
      {children}
    </div>
  );
}

/** A part of a page under its own heading, without a frame. */
export function Section({ title, actions, children }: { title: string; actions?: ReactNode; children: ReactNode }) {
  return (
    <section className="section">
      <header className="section-header">
        <h2>{title}</h2>
        {actions}
      </header>
      {children}
    </section>
  );
}
