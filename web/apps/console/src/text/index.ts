import { textOf } from "@stoa/ui";
import { en } from "./en.ts";
import { zh } from "./zh-CN.ts";

export const catalogs = { en, "zh-CN": zh };

/** The console's words in the reader's language. */
export const useText = textOf(catalogs);

export type TextKey = { [K in keyof typeof en]: (typeof en)[K] extends `${string}{${string}` | { other: string } ? never : K }[keyof typeof en];
