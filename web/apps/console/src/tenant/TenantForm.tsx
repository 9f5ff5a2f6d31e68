import type { Brand, Tenant } from "@stoa/sdk/api";
import { Banner, Button, Card, Field, FieldRow, Input, LOCALE_NAMES, LOCALES, type Locale, nearestLocale, Select, useToast } from "@stoa/ui";
import { type FormEvent, useState } from "react";
import { useChangeTenantSettings } from "../data/tenant.ts";
import { useText } from "../text/index.ts";
import { useProblemText } from "../text/problems.ts";
import { ZoneSelect } from "../time/ZoneSelect.tsx";
import { BrandFields } from "./BrandFields.tsx";

/** What holds for everybody in the tenant, and how its pages look to guests. */
export function TenantForm({ tenant }: { tenant: Tenant }) {
  const t = useText();
  const problemText = useProblemText();
  const { done } = useToast();
  const change = useChangeTenantSettings();
  const [name, setName] = useState(tenant.name);
  const [brand, setBrand] = useState<Brand>({ primary_color: tenant.brand.primary_color ?? null, font: tenant.brand.font ?? null });
  const [zone, setZone] = useState(tenant.timezone);
  const [locale, setLocale] = useState<Locale>(nearestLocale([tenant.locale]));
  const [retention, setRetention] = useState(tenant.retention_days);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate(
      { name: name.trim(), brand, timezone: zone, locale, retention_days: retention },
      { onSuccess: () => done(t("common.saved")) },
    );
  };
  return (
    <form className="stack-wide" onSubmit={submit}>
      {change.isError && <Banner tone="danger">{problemText(change.error)}</Banner>}
      <Card title={t("settings.tenant")} description={t("settings.tenantText")}>
        <Field label={t("settings.name")}>
          <Input required maxLength={100} value={name} onChange={(event) => setName(event.target.value)} />
        </Field>
        <FieldRow>
          <Field label={t("settings.zone")} hint={t("settings.zoneHint")}>
            <ZoneSelect value={zone} onChange={setZone} />
          </Field>
          <Field label={t("settings.locale")} hint={t("settings.localeHint")}>
            <Select value={locale} options={LOCALES.map((value) => ({ value, label: LOCALE_NAMES[value] }))} onChange={setLocale} />
          </Field>
        </FieldRow>
        <Field label={t("settings.retention")} hint={t("settings.retentionHint")}>
          <Input
            type="number"
            required
            min={1}
            max={3650}
            value={Number.isNaN(retention ?? Number.NaN) ? "" : (retention ?? "")}
            onChange={(event) => setRetention(event.target.valueAsNumber)}
          />
        </Field>
      </Card>
      <Card title={t("settings.brand")} description={t("settings.brandText")}>
        <BrandFields name={name} value={{ ...brand, logo_file_id: tenant.brand.logo_file_id ?? null }} onChange={({ primary_color, font }) => setBrand({ primary_color: primary_color ?? null, font: font ?? null })} />
      </Card>
      <div className="ui-actions ui-actions-end">
        <Button type="submit" tone="primary" busy={change.isPending}>
          {t("common.save")}
        </Button>
      </div>
    </form>
  );
}
