import { type ReactNode, useId } from "react";
import "./Card.css";

type Props = { title?: string; description?: ReactNode; actions?: ReactNode; children: ReactNode };

/** A part of a page under its own heading, in a frame. */
export function Card({ title, description, actions, children }: Props) {
  const id = useId();
  return (
    <section className="ui-card" aria-labelledby={title ? id : undefined}>
      {title && (
        <header className="ui-card-header">
          <div>
            <h2 id={id} className="ui-card-title">
              {title}
            </h2>
            {description && <p className="ui-card-description">{description}</p>}
          </div>
          {actions}
        </header>
      )}
      <div className="ui-card-body">{children}</div>
    </section>
  );
}
