import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import { keep, kept } from "../../theme/storage.ts";

type Theme = "dark" | "light";
type Chosen = { theme: Theme; setTheme: (theme: Theme) => void };

const KEY = "stoa.meeting.theme";
const ThemeContext = createContext<Chosen | null>(null);

/** A meeting is dark, whatever the pages around it are, until the person wants it light: pictures stand out. */
export function MeetingTheme({ children }: { children: ReactNode }) {
  const [theme, setTheme] = useState<Theme>(() => (kept(KEY) === "light" ? "light" : "dark"));
  useEffect(() => {
    // Menus and dialogs are mounted beside the page: the whole document takes the theme.
    const root = document.documentElement;
    const before = root.dataset["theme"];
    root.dataset["theme"] = theme;
    return () => {
      if (before) root.dataset["theme"] = before;
    };
  }, [theme]);
  const chosen = useMemo(
    () => ({
      theme,
      setTheme: (next: Theme) => {
        keep(KEY, next);
        setTheme(next);
      },
    }),
    [theme],
  );
  return <ThemeContext value={chosen}>{children}</ThemeContext>;
}

export function useMeetingTheme(): Chosen {
  const chosen = useContext(ThemeContext);
  if (!chosen) throw new Error("a component of the meeting stands outside its theme");
  return chosen;
}
