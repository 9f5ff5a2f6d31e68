import { IconButton, LOCALE_NAMES, LOCALES, Menu, MenuChoices, SCHEMES, useLocale, useTheme } from "@stoa/ui";
import { Languages, SunMoon } from "lucide-react";
import type { ReactNode } from "react";
import { Logo } from "./Logo.tsx";
import { useMeetText } from "./text.ts";

type Tenant = { readonly name: string; readonly logoUrl: string | null };

/** What every page around a meeting has: whose it is, the language, the appearance. */
export function Frame({ tenant, children }: { tenant?: Tenant | undefined; children: ReactNode }) {
  const text = useMeetText();
  const { locale, setLocale } = useLocale();
  const { scheme, setScheme } = useTheme();
  return (
    <div className="meet-frame">
      <header>
        <Logo tenant={tenant} />
        <nav>
          <Menu trigger={<IconButton icon={Languages} label={text("language")} />}>
            <MenuChoices
              value={locale}
              options={LOCALES.map((value) => ({ value, label: LOCALE_NAMES[value] }))}
              onChange={setLocale}
            />
          </Menu>
          <Menu trigger={<IconButton icon={SunMoon} label={text("appearance")} />}>
            <MenuChoices
              value={scheme}
              options={SCHEMES.map((value) => ({ value, label: text(`scheme_${value}`) }))}
              onChange={setScheme}
            />
          </Menu>
        </nav>
      </header>
      <main>{children}</main>
    </div>
  );
}
