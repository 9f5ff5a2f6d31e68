import { Badge, type BadgeTone, Field, IconButton, useFormat } from "@stoa/ui";
import { X } from "lucide-react";
import { useText } from "../text/index.ts";
import { useCity } from "./useCity.ts";
import { type Comfort, comfortOf, dayOf, offsetName } from "./zones.ts";
import { useOtherZones } from "./useOtherZones.ts";
import { ZoneSelect } from "./ZoneSelect.tsx";
import "./OtherSide.css";

const TONES: Record<Comfort, BadgeTone> = { working: "success", early_or_late: "warning", night: "danger" };

/** What clocks show elsewhere at that moment, and how it suits the people there. */
export function OtherSide({ at, zone, editable = false }: { at: Date; zone: string; editable?: boolean }) {
  const t = useText();
  const { zones, add, remove } = useOtherZones(zone);
  return (
    <div className="stack">
      <ul role="list" className="other-sides" aria-label={t("otherSide.title")}>
        <ZoneTime at={at} zone={zone} />
        {zones.map((other) => (
          <ZoneTime key={other} at={at} zone={other} home={zone} onRemove={editable ? () => remove(other) : undefined} />
        ))}
      </ul>
      {editable && (
        <Field label={t("otherSide.add")} hint={t("otherSide.hint")}>
          <ZoneSelect value="" onChange={add} />
        </Field>
      )}
    </div>
  );
}

type TimeProps = { at: Date; zone: string; home?: string; onRemove?: (() => void) | undefined };

function ZoneTime({ at, zone, home = zone, onRemove }: TimeProps) {
  const t = useText();
  const format = useFormat();
  const cityOf = useCity();
  const comfort = comfortOf(at, zone);
  const isAnotherDay = dayOf(at, zone) !== dayOf(at, home);
  return (
    <li className="other-side">
      <div className="other-side-place">
        <span>{cityOf(zone)}</span>
        <span className="muted small">{offsetName(zone, at)}</span>
      </div>
      <Badge tone={TONES[comfort]}>{t(`comfort.${comfort}`)}</Badge>
      <time className="other-side-time" dateTime={at.toISOString()}>
        {isAnotherDay && <span className="muted small">{format.shortDay(at, zone)}</span>} {format.time(at, zone)}
      </time>
      {onRemove && <IconButton size="sm" icon={X} label={t("otherSide.remove", { city: cityOf(zone) })} onClick={onRemove} />}
    </li>
  );
}
