import { Dialog as Base } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import type { ReactElement, ReactNode } from "react";
import { classes } from "../classes.ts";
import { useUiText } from "../text.ts";
import { Button, buttonClass } from "./Button.tsx";
import "./Dialog.css";

type Props = {
  /** Opens it; without one, `open` and `onOpenChange` do. */
  trigger?: ReactElement | undefined;
  open?: boolean | undefined;
  onOpenChange?: ((open: boolean) => void) | undefined;
  title: string;
  description?: ReactNode;
  /** Small buttons before the one that closes. */
  actions?: ReactNode;
  children?: ReactNode;
  /** Buttons, the main one last. */
  footer?: ReactNode;
  size?: "sm" | "md" | "lg" | undefined;
};

/** In the middle of a wide screen, a sheet from below on a phone. Escape and the scrim close it. */
export function Dialog(props: Props) {
  return <Surface {...props} kind="ui-dialog" />;
}

/** Beside the content of a wide screen, a sheet from below on a phone. */
export function Sheet(props: Props) {
  return <Surface {...props} kind="ui-sheet" />;
}

function Surface({ trigger, open, onOpenChange, title, description, actions, children, footer, size = "md", kind }: Props & { kind: string }) {
  const t = useUiText();
  return (
    <Base.Root {...(open === undefined ? {} : { open })} onOpenChange={(next) => onOpenChange?.(next)}>
      {trigger && <Base.Trigger render={trigger} />}
      <Base.Portal>
        <Base.Backdrop className="ui-scrim" />
        <Base.Viewport className={`${kind}-viewport`}>
          <Base.Popup className={classes("ui-surface", kind, `ui-surface-${size}`)}>
            <header className="ui-surface-header">
              <div>
                <Base.Title className="ui-surface-title">{title}</Base.Title>
                {description && <Base.Description className="ui-surface-description">{description}</Base.Description>}
              </div>
              <div className="ui-surface-actions">
                {/* A cross needs no tooltip, least of all on opening, when it has the focus. */}
                <Base.Close className={classes(buttonClass({ tone: "quiet", size: "sm" }), "ui-button-icon")} aria-label={t("close")}>
                  <X aria-hidden size={15} />
                </Base.Close>
                {actions}
              </div>
            </header>
            {children && <div className="ui-surface-body">{children}</div>}
            {footer && <footer className="ui-surface-footer">{footer}</footer>}
          </Base.Popup>
        </Base.Viewport>
      </Base.Portal>
    </Base.Root>
  );
}

type ConfirmProps = {
  trigger?: ReactElement | undefined;
  open?: boolean | undefined;
  onOpenChange?: ((open: boolean) => void) | undefined;
  title: string;
  /** What will happen, and whether it can be undone. */
  consequence: ReactNode;
  confirm: string;
  cancel: string;
  busy?: boolean | undefined;
  tone?: "danger" | "primary" | undefined;
  onConfirm: () => void;
};

/** Asks before something that cannot be undone. */
export function ConfirmDialog({ consequence, confirm, cancel, busy, tone = "danger", onConfirm, ...rest }: ConfirmProps) {
  return (
    <Dialog
      {...rest}
      size="sm"
      description={consequence}
      footer={
        <>
          <Base.Close render={<Button>{cancel}</Button>} />
          <Button tone={tone} busy={busy} onClick={onConfirm}>
            {confirm}
          </Button>
        </>
      }
    />
  );
}
