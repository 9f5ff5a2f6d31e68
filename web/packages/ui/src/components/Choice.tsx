import { type ReactNode, useId } from "react";
import { classes } from "../classes.ts";
import "./Choice.css";

type ToggleProps = {
  checked: boolean;
  onChange: (checked: boolean) => void;
  label: ReactNode;
  hint?: ReactNode;
  disabled?: boolean;
};

export function Checkbox(props: ToggleProps) {
  return <Toggle {...props} kind="ui-checkbox" />;
}

/** Takes effect at once; in a form that is saved, a Checkbox says so better. */
export function Switch(props: ToggleProps) {
  return <Toggle {...props} kind="ui-switch" />;
}

function Toggle({ checked, onChange, label, hint, disabled = false, kind }: ToggleProps & { kind: "ui-checkbox" | "ui-switch" }) {
  const id = useId();
  return (
    <div className={classes("ui-choice", kind === "ui-switch" && "ui-choice-reversed")}>
      <input
        id={id}
        type="checkbox"
        role={kind === "ui-switch" ? "switch" : undefined}
        className={kind}
        checked={checked}
        disabled={disabled}
        aria-describedby={hint ? `${id}-hint` : undefined}
        onChange={(event) => onChange(event.target.checked)}
      />
      <div>
        <label htmlFor={id} className="ui-choice-label">
          {label}
        </label>
        {hint && (
          <p id={`${id}-hint`} className="ui-hint">
            {hint}
          </p>
        )}
      </div>
    </div>
  );
}

type RadioProps<V extends string> = {
  label: string;
  hideLabel?: boolean;
  value: V;
  options: readonly { value: V; label: ReactNode; hint?: ReactNode }[];
  onChange: (value: V) => void;
  /** Rows with a dot, or segments beside one another. */
  look?: "rows" | "segments";
};

export function RadioGroup<V extends string>({ label, hideLabel = false, value, options, onChange, look = "rows" }: RadioProps<V>) {
  const name = useId();
  return (
    <fieldset className="ui-fieldset">
      <legend className={classes("ui-label", hideLabel && "ui-hidden")}>{label}</legend>
      <div className={look === "segments" ? "ui-segments" : "ui-radios"}>
        {options.map((option) => (
          <div key={option.value} className={look === "segments" ? "ui-segment" : "ui-choice"}>
            <input
              id={`${name}-${option.value}`}
              type="radio"
              name={name}
              className={look === "segments" ? "ui-hidden" : "ui-radio"}
              checked={option.value === value}
              aria-describedby={option.hint ? `${name}-${option.value}-hint` : undefined}
              onChange={() => onChange(option.value)}
            />
            <div>
              <label htmlFor={`${name}-${option.value}`} className="ui-choice-label">
                {option.label}
              </label>
              {option.hint && (
                <p id={`${name}-${option.value}-hint`} className="ui-hint">
                  {option.hint}
                </p>
              )}
            </div>
          </div>
        ))}
      </div>
    </fieldset>
  );
}
