import { Menu as Base } from "@base-ui/react/menu";
import { Check, type LucideIcon } from "lucide-react";
import type { ReactElement, ReactNode } from "react";
import { classes } from "../classes.ts";
import "./Popup.css";

type Align = "start" | "center" | "end";

/** `trigger` is a button; it is given the names and states of a menu button. */
export function Menu({ trigger, children, align = "end" }: { trigger: ReactElement; children: ReactNode; align?: Align }) {
  return (
    <Base.Root>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner align={align} sideOffset={4} className="ui-positioner">
          <Base.Popup className="ui-popup ui-menu">{children}</Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

type ItemProps = { icon?: LucideIcon; tone?: "danger"; disabled?: boolean; onSelect: () => void; children: ReactNode };

export function MenuItem({ icon: Icon, tone, disabled = false, onSelect, children }: ItemProps) {
  return (
    <Base.Item disabled={disabled} onClick={onSelect} className={classes("ui-menu-item", tone && `ui-menu-item-${tone}`)}>
      {Icon && <Icon aria-hidden size={16} />}
      {children}
    </Base.Item>
  );
}

type ChoicesProps<V extends string> = {
  label?: string;
  value: V;
  options: readonly { value: V; label: string; icon?: LucideIcon }[];
  onChange: (value: V) => void;
};

/** One of several, inside a menu. */
export function MenuChoices<V extends string>({ label, value, options, onChange }: ChoicesProps<V>) {
  return (
    <Base.Group>
      {label && <Base.GroupLabel className="ui-menu-label">{label}</Base.GroupLabel>}
      <Base.RadioGroup value={value} onValueChange={(next: V) => onChange(next)}>
        {options.map(({ value: option, label: name, icon: Icon }) => (
          <Base.RadioItem key={option} value={option} className="ui-menu-item" closeOnClick>
            {Icon && <Icon aria-hidden size={16} />}
            {name}
            <Base.RadioItemIndicator className="ui-menu-check">
              <Check aria-hidden size={16} />
            </Base.RadioItemIndicator>
          </Base.RadioItem>
        ))}
      </Base.RadioGroup>
    </Base.Group>
  );
}

export function MenuCheck({ checked, onChange, children }: { checked: boolean; onChange: (checked: boolean) => void; children: ReactNode }) {
  return (
    <Base.CheckboxItem checked={checked} onCheckedChange={onChange} className="ui-menu-item">
      {children}
      <Base.CheckboxItemIndicator className="ui-menu-check">
        <Check aria-hidden size={16} />
      </Base.CheckboxItemIndicator>
    </Base.CheckboxItem>
  );
}

export function MenuSeparator() {
  return <Base.Separator className="ui-menu-separator" />;
}
