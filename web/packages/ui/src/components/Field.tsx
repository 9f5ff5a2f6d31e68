import { createContext, type ReactNode, useContext, useId } from "react";
import { classes } from "../classes.ts";
import { useUiText } from "../text.ts";
import "./Field.css";

type FieldIds = { id: string; describedBy: string | undefined; isInvalid: boolean };
const FieldContext = createContext<FieldIds | null>(null);

type Props = {
  label: string;
  hint?: ReactNode;
  /** What is wrong and how to put it right; absent while all is well. */
  error?: string | null | undefined;
  optional?: boolean;
  /** The label is read out but not shown. */
  hideLabel?: boolean;
  /** One control: Input, Textarea, Select, Password, Combobox. */
  children: ReactNode;
};

/** Ties label, control, hint and error together for screen readers. */
export function Field({ label, hint, error, optional = false, hideLabel = false, children }: Props) {
  const t = useUiText();
  const id = useId();
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  return (
    <div className="ui-field">
      <label htmlFor={id} className={classes("ui-label", hideLabel && "ui-hidden")}>
        {label}
        {optional && <span className="ui-optional"> · {t("optional")}</span>}
      </label>
      <FieldContext value={{ id, describedBy: described || undefined, isInvalid: Boolean(error) }}>{children}</FieldContext>
      {hint && (
        <p id={`${id}-hint`} className="ui-hint">
          {hint}
        </p>
      )}
      {error && (
        <p id={`${id}-error`} className="ui-error" role="alert">
          {error}
        </p>
      )}
    </div>
  );
}

/** Attributes of a control inside a Field; empty outside one. */
export function useFieldProps() {
  const field = useContext(FieldContext);
  if (!field) return {};
  return { id: field.id, "aria-describedby": field.describedBy, "aria-invalid": field.isInvalid || undefined };
}

/** Controls under one name, such as radio buttons. */
export function FieldGroup({ label, hint, children }: { label: string; hint?: ReactNode; children: ReactNode }) {
  const id = useId();
  return (
    <fieldset className="ui-fieldset" aria-describedby={hint ? id : undefined}>
      <legend className="ui-label">{label}</legend>
      {hint && (
        <p id={id} className="ui-hint">
          {hint}
        </p>
      )}
      {children}
    </fieldset>
  );
}

/** Fields side by side where there is room. */
export function FieldRow({ children }: { children: ReactNode }) {
  return <div className="ui-field-row">{children}</div>;
}
