import { Combobox as Base } from "@base-ui/react/combobox";
import { ChevronDown } from "lucide-react";
import { useState } from "react";
import { useFieldProps } from "./Field.tsx";
import "./Combobox.css";
import "./Popup.css";

export type ComboboxOption = {
  value: string;
  label: string;
  /** Beside the label, fainter. */
  detail?: string;
};

type Props = {
  value: string;
  /** What stands in the closed field. */
  valueLabel: string;
  /** Asked when the list opens first: a list worth searching is worth not building for nothing. */
  options: () => readonly ComboboxOption[];
  onChange: (value: string) => void;
  /** Said when nothing matches. */
  nothing: string;
};

/** More would not be read; typing narrows it. */
const SHOWN = 60;

/** One of very many, found by typing. For few, Select. */
export function Combobox({ value, valueLabel, options, onChange, nothing }: Props) {
  const [items, setItems] = useState<readonly ComboboxOption[]>([]);
  const chosen = { value, label: valueLabel };
  return (
    <Base.Root<ComboboxOption>
      items={items}
      value={chosen}
      limit={SHOWN}
      autoHighlight
      isItemEqualToValue={(item, other) => item.value === other.value}
      filter={(item, query) => matches(item, query)}
      onOpenChange={(open) => open && items.length === 0 && setItems(options())}
      onValueChange={(next) => next && onChange(next.value)}
    >
      <span className="ui-select">
        <Base.Input {...useFieldProps()} className="ui-input" spellCheck={false} onFocus={(event) => event.target.select()} />
        <ChevronDown aria-hidden size={16} />
      </span>
      <Base.Portal>
        <Base.Positioner sideOffset={4} align="start" className="ui-positioner">
          <Base.Popup className="ui-popup ui-combobox">
            <Base.Empty>
              <p className="ui-combobox-empty">{nothing}</p>
            </Base.Empty>
            <Base.List className="ui-menu">
              {(option: ComboboxOption) => (
                <Base.Item key={option.value} value={option} className="ui-menu-item">
                  <span>{option.label}</span>
                  {option.detail && <span className="ui-combobox-detail">{option.detail}</span>}
                </Base.Item>
              )}
            </Base.List>
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

/** Each word typed begins somewhere in what the option says. */
function matches({ value, label, detail = "" }: ComboboxOption, query: string): boolean {
  const text = `${value} ${label} ${detail}`.toLowerCase().replaceAll("_", " ");
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
