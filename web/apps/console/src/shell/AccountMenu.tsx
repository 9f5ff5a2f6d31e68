import type { SignedIn } from "@stoa/sdk/api";
import { Avatar, LOCALE_NAMES, LOCALES, Menu, MenuChoices, MenuItem, MenuSeparator, useLocale, useTheme } from "@stoa/ui";
import { LogOut, Monitor, Moon, Sun } from "lucide-react";
import { useSignOut } from "../data/session.ts";
import { useText } from "../text/index.ts";

export function AccountMenu({ me, compact = false }: { me: SignedIn; compact?: boolean }) {
  const t = useText();
  const signOut = useSignOut();
  const { locale, setLocale } = useLocale();
  const { scheme, setScheme } = useTheme();
  return (
    <Menu
      align={compact ? "end" : "start"}
      trigger={
        <button type="button" className={compact ? "account account-compact" : "account"}>
          <Avatar name={me.person.name} seed={me.person.id} size={30} />
          <span className="ui-hidden">{t("account.menu", { name: me.person.name })}</span>
          {!compact && (
            <span className="account-text">
              <span aria-hidden className="account-name">{me.person.name}</span>
              <span className="account-email">{me.person.email}</span>
            </span>
          )}
        </button>
      }
    >
      <MenuChoices
        label={t("account.theme")}
        value={scheme}
        options={[
          { value: "system", label: t("account.themeSystem"), icon: Monitor },
          { value: "light", label: t("account.themeLight"), icon: Sun },
          { value: "dark", label: t("account.themeDark"), icon: Moon },
        ]}
        onChange={setScheme}
      />
      <MenuSeparator />
      <MenuChoices
        label={t("account.language")}
        value={locale}
        options={LOCALES.map((value) => ({ value, label: LOCALE_NAMES[value] }))}
        onChange={setLocale}
      />
      <MenuSeparator />
      <MenuItem icon={LogOut} onSelect={() => signOut.mutate()}>
        {t("account.signOut")}
      </MenuItem>
    </Menu>
  );
}
