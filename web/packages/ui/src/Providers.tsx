import type { ReactNode } from "react";
import { ToastProvider } from "./components/Toast.tsx";
import { TooltipProvider } from "./components/Tooltip.tsx";
import { type Locale, LocaleProvider } from "./i18n/locale.tsx";
import type { Brand } from "./theme/brand.ts";
import { ThemeProvider } from "./theme/theme.tsx";

type Props = { brand?: Brand | null | undefined; locale?: Locale | undefined; children: ReactNode };

/** What every app wraps itself in: language, theme and brand, tooltips, toasts. */
export function Providers({ brand, locale, children }: Props) {
  return (
    <LocaleProvider {...(locale ? { fixed: locale } : {})}>
      <ThemeProvider brand={brand}>
        <TooltipProvider>
          <ToastProvider>{children}</ToastProvider>
        </TooltipProvider>
      </ThemeProvider>
    </LocaleProvider>
  );
}
