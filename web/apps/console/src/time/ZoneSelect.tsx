import { Combobox, type Locale, useLocale } from "@stoa/ui";
import { useText } from "../text/index.ts";
import { cityIn } from "./cities.ts";
import { allZones, offsetName, ownZone } from "./zones.ts";

/** A time zone, found by its city, its region or what the reader's language calls it. */
export function ZoneSelect({ value, onChange }: { value: string; onChange: (zone: string) => void }) {
  const t = useText();
  const { locale } = useLocale();
  const now = new Date();
  return (
    <Combobox
      value={value}
      valueLabel={value ? labelOf(locale, value, now) : ""}
      nothing={t("schedule.noZone")}
      onChange={onChange}
      options={() =>
        allZones(ownZone(), ...(value ? [value] : [])).map((zone) => ({ value: zone, label: labelOf(locale, zone, now), detail: nameIn(locale, zone, now) }))
      }
    />
  );
}

const labelOf = (locale: Locale, zone: string, now: Date): string => `${cityIn(locale, zone)} (${offsetName(zone, now)})`;

function nameIn(locale: Locale, zone: string, at: Date): string {
  const parts = new Intl.DateTimeFormat(locale, { timeZone: zone, timeZoneName: "longGeneric" }).formatToParts(at);
  return parts.find((part) => part.type === "timeZoneName")?.value ?? zone;
}
