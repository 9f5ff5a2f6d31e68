import { createApi } from "@stoa/sdk/api";

/** The server that serves this page. */
export const api = createApi({ language: () => document.documentElement.lang || navigator.language });
