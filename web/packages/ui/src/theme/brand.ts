import { contrast, fromOklch, parseHex, toOklch } from "./color.ts";

/** What a tenant may change of the look. Absent or unreadable values leave the default. */
export type Brand = {
  primary_color?: string | null | undefined;
  font?: string | null | undefined;
};

/** Faces that every system has in some form: none is fetched. A brand may also name another family. */
export const FONTS = ["sans", "serif", "rounded"] as const;
export type Font = (typeof FONTS)[number];

/** The least contrast of text to its ground (WCAG 2.2, 1.4.3). */
const READABLE = 4.5;
const STEP = 0.01;

/**
 * The accent tokens of one theme from a tenant's colour. Hue and strength stay; lightness gives way
 * until text on the accent, and the accent as text, can be read.
 */
export function accentTokens(color: string, theme: "light" | "dark"): Record<string, string> | null {
  const rgb = parseHex(color);
  if (!rgb) return null;
  const { l, c, h } = toOklch(rgb);
  const at = (lightness: number, strength = 1) => fromOklch({ l: lightness, c: Math.min(c, 0.2) * strength, h });
  const ground = theme === "light" ? at(0.965, 0.12) : at(0.27, 0.3);
  // A light brand colour (yellow, lime) keeps its lightness under dark text instead of turning brown.
  const isLight = l > 0.75;
  const ink = isLight ? "#161b23" : "#ffffff";
  const start = isLight ? l : Math.min(l, theme === "light" ? 0.6 : 0.58);
  const solid = until(start, isLight ? STEP : -STEP, (lightness) => contrast(at(lightness), ink) >= READABLE);
  const text =
    theme === "light"
      ? until(Math.min(l, 0.52), -STEP, (lightness) => contrast(at(lightness), ground) >= READABLE)
      : until(Math.max(l, 0.74), STEP, (lightness) => contrast(at(lightness, 0.7), ground) >= READABLE);
  return {
    "--accent": at(solid),
    "--accent-hover": at(solid + (isLight ? 0.03 : -0.04)),
    "--accent-text": theme === "light" ? at(text) : at(text, 0.7),
    "--accent-soft": ground,
    "--accent-line": theme === "light" ? at(0.87, 0.35) : at(0.4, 0.45),
    "--on-accent": ink,
  };
}

/** A style sheet for the whole document, or for what `scope` selects (a preview of settings). */
export function brandSheet(brand: Brand, scope = ""): string {
  const rules: string[] = [];
  const font = fontStack(brand.font);
  if (font) rules.push(`${scope || ":root"} { --font: ${font}; }`);
  for (const theme of ["light", "dark"] as const) {
    const tokens = brand.primary_color ? accentTokens(brand.primary_color, theme) : null;
    if (!tokens) continue;
    const body = Object.entries(tokens).map(([name, value]) => `${name}: ${value};`);
    const own = `[data-theme="${theme}"]`;
    // A preview with a theme of its own stands in a page of either theme.
    const selector = scope ? `${own} ${scope}:not([data-theme]), ${scope}${own}` : own;
    rules.push(`${selector} { ${body.join(" ")} }`);
  }
  return rules.join("\n");
}

/** The named family where the reader's device has it, else the default behind it. */
function fontStack(font: string | null | undefined): string | null {
  if (!font || font === "sans") return null;
  const own = FONTS.find((name) => name === font);
  if (own) return `var(--font-${own})`;
  return /^[\p{L}\p{N} _-]{1,100}$/u.test(font) ? `"${font}", var(--font-sans)` : null;
}

function until(start: number, step: number, holds: (value: number) => boolean): number {
  let value = start;
  while (value > 0 && value < 1 && !holds(value)) value += step;
  return value;
}
