import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import { keep, kept } from "../theme/storage.ts";

export const LOCALES = ["zh-CN", "en"] as const;
export type Locale = (typeof LOCALES)[number];

/** What each language calls itself, for the switch. */
export const LOCALE_NAMES: Record<Locale, string> = { "zh-CN": "简体中文", en: "English" };

type Chosen = { locale: Locale; setLocale: (locale: Locale) => void };

const LocaleContext = createContext<Chosen | null>(null);
const KEY = "stoa.locale";

/** The nearest language that we speak, from tags in order of preference (BCP 47). */
export function nearestLocale(tags: readonly string[]): Locale {
  for (const tag of tags) {
    const language = tag.toLowerCase().split("-")[0];
    if (language === "zh") return "zh-CN";
    if (language === "en") return "en";
  }
  return "en";
}

/** The person's own choice on this device, else the browser's languages. `fixed` overrules both. */
export function LocaleProvider({ children, fixed }: { children: ReactNode; fixed?: Locale }) {
  const [chosen, choose] = useState<Locale>(() => nearestLocale([kept(KEY) ?? "", ...navigator.languages]));
  const locale = fixed ?? chosen;
  useEffect(() => {
    document.documentElement.lang = locale;
  }, [locale]);
  const value = useMemo(
    () => ({
      locale,
      setLocale: (next: Locale) => {
        keep(KEY, next);
        choose(next);
      },
    }),
    [locale],
  );
  return <LocaleContext value={value}>{children}</LocaleContext>;
}

export function useLocale(): Chosen {
  const chosen = useContext(LocaleContext);
  if (!chosen) throw new Error("useLocale outside a LocaleProvider");
  return chosen;
}
