import { createContext, type ReactNode, useContext, useEffect, useLayoutEffect, useMemo, useState, useSyncExternalStore } from "react";
import { type Brand, brandSheet } from "./brand.ts";
import { keep, kept } from "./storage.ts";

/** What the person chose; `system` follows the device. */
export type Scheme = "system" | "light" | "dark";
export const SCHEMES: readonly Scheme[] = ["system", "light", "dark"];

type Chosen = { scheme: Scheme; theme: "light" | "dark"; setScheme: (scheme: Scheme) => void };

const ThemeContext = createContext<Chosen | null>(null);
const KEY = "stoa.scheme";

/** Sets the theme of the document, and the tenant's brand on it. */
export function ThemeProvider({ children, brand }: { children: ReactNode; brand?: Brand | null | undefined }) {
  const [scheme, choose] = useState<Scheme>(() => SCHEMES.find((known) => known === kept(KEY)) ?? "system");
  const isDarkDevice = useSyncExternalStore(followDevice, () => darkDevice().matches);
  const theme = scheme === "system" ? (isDarkDevice ? "dark" : "light") : scheme;
  // Before the first frame, so that nobody in the dark is dazzled by it.
  useLayoutEffect(() => {
    document.documentElement.dataset["theme"] = theme;
  }, [theme]);
  useBrand(brand);
  const value = useMemo(
    () => ({
      scheme,
      theme,
      setScheme: (next: Scheme) => {
        keep(KEY, next);
        choose(next);
      },
    }),
    [scheme, theme],
  );
  return <ThemeContext value={value}>{children}</ThemeContext>;
}

export function useTheme(): Chosen {
  const chosen = useContext(ThemeContext);
  if (!chosen) throw new Error("useTheme outside a ThemeProvider");
  return chosen;
}

/** Applies a brand while mounted; with a scope, only to what the selector matches. */
export function useBrand(brand: Brand | null | undefined, scope?: string): void {
  const source = brand ? brandSheet(brand, scope) : "";
  useEffect(() => {
    if (!source) return;
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(source);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
    return () => {
      document.adoptedStyleSheets = document.adoptedStyleSheets.filter((adopted) => adopted !== sheet);
    };
  }, [source]);
}

const darkDevice = () => matchMedia("(prefers-color-scheme: dark)");

function followDevice(changed: () => void): () => void {
  const query = darkDevice();
  query.addEventListener("change", changed);
  return () => query.removeEventListener("change", changed);
}
