import { Tabs as Base } from "@base-ui/react/tabs";
import type { ReactNode } from "react";
import "./Tabs.css";

export type Tab<V extends string> = { value: V; label: ReactNode; content: ReactNode };

type Props<V extends string> = { label: string; value: V; tabs: readonly Tab<V>[]; onChange: (value: V) => void };

export function Tabs<V extends string>({ label, value, tabs, onChange }: Props<V>) {
  return (
    <Base.Root value={value} onValueChange={(next: V) => onChange(next)} className="ui-tabs">
      <Base.List aria-label={label} className="ui-tab-list">
        {tabs.map((tab) => (
          <Base.Tab key={tab.value} value={tab.value} className="ui-tab">
            {tab.label}
          </Base.Tab>
        ))}
      </Base.List>
      {tabs.map((tab) => (
        <Base.Panel key={tab.value} value={tab.value} className="ui-tab-panel">
          {tab.content}
        </Base.Panel>
      ))}
    </Base.Root>
  );
}
