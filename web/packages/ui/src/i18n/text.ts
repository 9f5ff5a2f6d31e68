import { useCallback } from "react";
import { type Locale, useLocale } from "./locale.tsx";

/** A sentence, or one for each plural category that the language has (CLDR). `{name}` is a gap. */
export type Message = string | { readonly one?: string; readonly other: string };
export type Messages = Readonly<Record<string, Message>>;

type Gap<S extends string> = S extends `${string}{${infer Name}}${infer Rest}` ? Name | Gap<Rest> : never;
type GapsOf<M> = M extends string ? Gap<M> : M extends { other: infer Other extends string } ? Gap<Other> | "count" : never;
/** Nothing to fill in: no second argument. Else exactly the gaps of that sentence. */
type Values<M> = [GapsOf<M>] extends [never] ? [] : [values: { [Name in GapsOf<M>]: string | number }];

/** One text by its key; the gaps of its sentence are checked by the compiler. */
export type Text<M extends Messages> = <K extends keyof M & string>(key: K, ...values: Values<M[K]>) => string;

/**
 * Gives a hook that speaks the reader's language out of these messages. English sets the keys and
 * the gaps; the type asks every other language for the same keys.
 */
export function textOf<const M extends Messages>(catalogs: { en: M } & Record<Locale, Record<keyof M, Message>>) {
  return function useText(): Text<M> {
    const { locale } = useLocale();
    return useCallback<Text<M>>(
      (key, ...values) => fill(catalogs[locale][key], values[0] as Record<string, string | number> | undefined, locale),
      [locale],
    );
  };
}

export function fill(message: Message, values: Record<string, string | number> | undefined, locale: Locale): string {
  const sentence = typeof message === "string" ? message : pluralOf(message, Number(values?.["count"]), locale);
  return sentence.replace(/\{(\w+)\}/g, (gap, name: string) => {
    const value = values?.[name];
    if (value === undefined) return gap;
    return typeof value === "number" ? new Intl.NumberFormat(locale).format(value) : value;
  });
}

function pluralOf(message: Exclude<Message, string>, count: number, locale: Locale): string {
  const category = new Intl.PluralRules(locale).select(count);
  return category === "one" ? (message.one ?? message.other) : message.other;
}
