import { Checkbox, FieldGroup, RadioGroup } from "@stoa/ui";
import { useState } from "react";
import { useText } from "../text/index.ts";
import { EVENTS } from "./events.ts";

/** Which events a webhook is told of; an empty list means all, also those that come to be later. */
export function EventsField({ value, onChange }: { value: readonly string[]; onChange: (events: readonly string[]) => void }) {
  const t = useText();
  const [which, setWhich] = useState<"all" | "some">(value.length === 0 ? "all" : "some");
  const choose = (next: "all" | "some") => {
    setWhich(next);
    onChange(next === "all" ? [] : value.length > 0 ? value : [EVENTS[0]]);
  };
  const toggle = (event: string, on: boolean) => {
    const next = on ? [...value, event] : value.filter((other) => other !== event);
    onChange(next);
    if (next.length === 0) setWhich("all");
  };
  return (
    <>
      <RadioGroup
        look="segments"
        label={t("hooks.which")}
        value={which}
        options={[
          { value: "all", label: t("hooks.allEvents") },
          { value: "some", label: t("hooks.someEvents") },
        ]}
        onChange={choose}
      />
      {which === "some" && (
        <FieldGroup label={t("hooks.someEvents")}>
          <div className="scopes">
            {[...new Set([...EVENTS, ...value])].map((event) => (
              <Checkbox key={event} checked={value.includes(event)} onChange={(on) => toggle(event, on)} label={<code>{event}</code>} />
            ))}
          </div>
        </FieldGroup>
      )}
    </>
  );
}
