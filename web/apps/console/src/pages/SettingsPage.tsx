import { Banner, Card, Field, LOCALE_NAMES, LOCALES, RadioGroup, Select, useLocale, useTheme } from "@stoa/ui";
import { useAuthMethods, useIsAdmin, useMe } from "../data/session.ts";
import { useTenant } from "../data/tenant.ts";
import { Loaded } from "../shell/Loaded.tsx";
import { Page } from "../shell/Page.tsx";
import { PasswordCard } from "../tenant/PasswordCard.tsx";
import { ProfileCard } from "../tenant/ProfileCard.tsx";
import { TenantForm } from "../tenant/TenantForm.tsx";
import { useText } from "../text/index.ts";

export default function SettingsPage() {
  const t = useText();
  const tenant = useTenant();
  const isAdmin = useIsAdmin();
  const me = useMe().data;
  const hasPassword = useAuthMethods().data?.password ?? false;
  return (
    <Page title={t("nav.settings")}>
      <div className="stack-wide">
        <Loaded query={tenant}>
          {(known) => (isAdmin ? <TenantForm key={known.id} tenant={known} /> : <Banner>{t("settings.staffText", { tenant: known.name })}</Banner>)}
        </Loaded>
        {me && <ProfileCard person={me.person} />}
        {me && hasPassword && <PasswordCard person={me.person} />}
        <DeviceCard />
      </div>
    </Page>
  );
}

/** What holds on this device only. */
function DeviceCard() {
  const t = useText();
  const { scheme, setScheme } = useTheme();
  const { locale, setLocale } = useLocale();
  return (
    <Card title={t("settings.device")} description={t("settings.deviceText")}>
      <RadioGroup
        look="segments"
        label={t("account.theme")}
        value={scheme}
        options={[
          { value: "system", label: t("account.themeSystem") },
          { value: "light", label: t("account.themeLight") },
          { value: "dark", label: t("account.themeDark") },
        ]}
        onChange={setScheme}
      />
      <Field label={t("account.language")}>
        <Select value={locale} options={LOCALES.map((value) => ({ value, label: LOCALE_NAMES[value] }))} onChange={setLocale} />
      </Field>
    </Card>
  );
}
