import type { Brand } from "@stoa/sdk/api";
import { Badge, Button, buttonClass, Field, FieldRow, Input, parseHex, Select, useBrand } from "@stoa/ui";
import { Mic, MicOff, Video } from "lucide-react";
import { useText } from "../text/index.ts";
import { Logo } from "../shell/Logo.tsx";
import { LogoField } from "./LogoField.tsx";
import "./BrandFields.css";

const FONT_CHOICES = ["sans", "serif", "rounded"] as const;
const DEFAULT_COLOR = "#245fd4";
const SUGGESTED = [DEFAULT_COLOR, "#0f766e", "#b45309", "#be123c", "#7c3aed", "#334155"];

type Props = { name: string; value: Brand; onChange: (brand: Brand) => void };

/** Colour and face, with what guests will see beside them. */
export function BrandFields({ name, value, onChange }: Props) {
  const t = useText();
  const color = value.primary_color ?? DEFAULT_COLOR;
  const isReadable = parseHex(color) !== null;
  const set = (change: Brand) => onChange({ ...value, ...change });
  return (
    <div className="brand">
      <div className="form">
        <LogoField name={name} fileId={value.logo_file_id ?? null} />
        <Field label={t("settings.color")} hint={t("settings.colorHint")} error={isReadable ? null : t("settings.colorError")}>
          <Input value={color} maxLength={7} spellCheck={false} onChange={(event) => set({ primary_color: event.target.value })} />
        </Field>
        <div className="swatches">
          {SUGGESTED.map((suggested) => (
            <button
              key={suggested}
              type="button"
              className="swatch"
              style={{ background: suggested }}
              aria-label={t("settings.useColor", { color: suggested })}
              aria-pressed={suggested === color}
              onClick={() => set({ primary_color: suggested })}
            />
          ))}
          <input
            type="color"
            className="swatch swatch-any"
            aria-label={t("settings.anyColor")}
            value={isReadable && color.length === 7 ? color : DEFAULT_COLOR}
            onChange={(event) => set({ primary_color: event.target.value })}
          />
        </div>
        <FieldRow>
          <Field label={t("settings.font")}>
            <Select
              value={FONT_CHOICES.find((font) => font === value.font) ?? "sans"}
              options={FONT_CHOICES.map((font) => ({ value: font, label: t(`font.${font}`) }))}
              onChange={(font) => set({ font: font === "sans" ? null : font })}
            />
          </Field>
        </FieldRow>
      </div>
      <Preview name={name} brand={{ ...value, primary_color: isReadable ? color : null }} />
    </div>
  );
}

/** A join page in small, in both themes. */
function Preview({ name, brand }: { name: string; brand: Brand }) {
  const t = useText();
  useBrand(brand, ".brand-preview");
  return (
    <div className="brand-previews" role="img" aria-label={t("settings.preview")}>
      {(["light", "dark"] as const).map((theme) => (
        <div key={theme} className="brand-preview" data-theme={theme} inert>
          <div className="brand-preview-head">
            <Logo fileId={brand.logo_file_id} name={name} size={24} />
            <span className="truncate">{name}</span>
            <Badge tone="accent">{t("settings.previewBadge")}</Badge>
          </div>
          <div className="brand-preview-body">
            <span className="brand-preview-tile">
              <Mic size={14} />
              <Video size={14} />
              <MicOff size={14} />
            </span>
            <Button tone="primary" tabIndex={-1}>
              {t("room.enter")}
            </Button>
            <span className={buttonClass({ tone: "quiet", size: "sm" })}>{t("room.copyLink")}</span>
          </div>
        </div>
      ))}
    </div>
  );
}
