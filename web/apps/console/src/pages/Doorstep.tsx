import { LOCALE_NAMES, LOCALES, RadioGroup, useLocale } from "@stoa/ui";
import { type ReactNode, useEffect } from "react";
import { Logo } from "../shell/Logo.tsx";
import { useText } from "../text/index.ts";
import "./Doorstep.css";

/** The page of those who are not in yet. */
export function Doorstep({ title, children }: { title: string; children: ReactNode }) {
  const t = useText();
  const { locale, setLocale } = useLocale();
  useEffect(() => {
    document.title = `${title} · Stoa`;
  }, [title]);
  return (
    <div className="doorstep">
      <main className="doorstep-card">
        <Logo name="Stoa" size={40} />
        <h1>{title}</h1>
        {children}
      </main>
      <RadioGroup
        look="segments"
        label={t("account.language")}
        hideLabel
        value={locale}
        options={LOCALES.map((value) => ({ value, label: LOCALE_NAMES[value] }))}
        onChange={setLocale}
      />
    </div>
  );
}
