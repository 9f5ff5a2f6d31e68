import { Banner, Button } from "@stoa/ui";
import type { FormEvent, ReactNode } from "react";
import { useProblemText } from "../text/problems.ts";

type Props = {
  /** What the server refused; null while it has refused nothing. */
  error: Error | null;
  busy: boolean;
  /** On the button that sends it. */
  submit: string;
  disabled?: boolean;
  onSubmit: () => void;
  children: ReactNode;
};

/** A dialog's fields, what is wrong with them above, and the button that sends them below. */
export function DialogForm({ error, busy, submit, disabled = false, onSubmit, children }: Props) {
  const problemText = useProblemText();
  const send = (event: FormEvent) => {
    event.preventDefault();
    onSubmit();
  };
  return (
    <form className="form" onSubmit={send}>
      {error && <Banner tone="danger">{problemText(error)}</Banner>}
      {children}
      <div className="ui-actions ui-actions-end">
        <Button type="submit" tone="primary" busy={busy} disabled={disabled}>
          {submit}
        </Button>
      </div>
    </form>
  );
}
