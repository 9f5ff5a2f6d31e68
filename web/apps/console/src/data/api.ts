import { createApi } from "@stoa/sdk/api";

/** The server that served this page. Templates and the like come in the page's language. */
export const api = createApi({ language: () => document.documentElement.lang });

/** The longest page of a list that the server gives. */
export const MOST_AT_ONCE = 200;

/** What repeats itself on a page that stays open: who is in a room, which room is live. */
export const LIVE_EVERY_MS = 10_000;
