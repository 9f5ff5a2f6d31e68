import { ChevronDown, Eye, EyeOff, Search } from "lucide-react";
import { type ComponentProps, useState } from "react";
import { classes } from "../classes.ts";
import { useUiText } from "../text.ts";
import { IconButton } from "./Button.tsx";
import { useFieldProps } from "./Field.tsx";

export function Input({ className, ...rest }: ComponentProps<"input">) {
  return <input autoComplete="off" {...useFieldProps()} {...rest} className={classes("ui-input", className)} />;
}

export function Textarea({ className, ...rest }: ComponentProps<"textarea">) {
  return <textarea rows={3} {...useFieldProps()} {...rest} className={classes("ui-input ui-textarea", className)} />;
}

/** With a button that shows what was typed. */
export function Password({ className, ...rest }: ComponentProps<"input">) {
  const t = useUiText();
  const [isShown, show] = useState(false);
  return (
    <span className="ui-input-with-action">
      <Input {...rest} type={isShown ? "text" : "password"} className={className} spellCheck={false} autoCapitalize="none" />
      <IconButton
        size="sm"
        icon={isShown ? EyeOff : Eye}
        label={isShown ? t("hidePassword") : t("showPassword")}
        onClick={() => show(!isShown)}
      />
    </span>
  );
}

/** `label` because a search box seldom has a visible one. */
export function SearchInput({ label, ...rest }: ComponentProps<"input"> & { label: string }) {
  return (
    <span className="ui-search">
      <Search aria-hidden size={16} />
      <Input type="search" aria-label={label} placeholder={label} enterKeyHint="search" {...rest} />
    </span>
  );
}

export type Option<V extends string> = { value: V; label: string; disabled?: boolean };

type SelectProps<V extends string> = Omit<ComponentProps<"select">, "value" | "onChange"> & {
  value: V;
  options: readonly Option<V>[];
  onChange: (value: V) => void;
};

/** The system's own list: the quickest on phones, and screen readers know it. */
export function Select<V extends string>({ value, options, onChange, className, ...rest }: SelectProps<V>) {
  return (
    <span className={classes("ui-select", className)}>
      <select {...useFieldProps()} {...rest} value={value} className="ui-input" onChange={(event) => onChange(event.target.value as V)}>
        {options.map((option) => (
          <option key={option.value} value={option.value} disabled={option.disabled}>
            {option.label}
          </option>
        ))}
      </select>
      <ChevronDown aria-hidden size={16} />
    </span>
  );
}
