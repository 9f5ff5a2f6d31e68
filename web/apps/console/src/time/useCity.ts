import { useLocale } from "@stoa/ui";
import { cityIn } from "./cities.ts";

/** The city of a zone in the reader's language, as far as we know it. */
export function useCity(): (zone: string) => string {
  const { locale } = useLocale();
  return (zone) => cityIn(locale, zone);
}
