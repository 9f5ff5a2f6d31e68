import type { Http, RequestOptions } from "./http.ts";

/** Bytes down and up, to measure the network before joining; see the models' network check. */
export const probe = (http: Http) => ({
  down: async (bytes: number, options?: RequestOptions): Promise<Response> =>
    http.fetch("GET", "/v1/probe/down", { ...options, query: { bytes } }),
  up: async (body: Uint8Array, options?: RequestOptions): Promise<void> => {
    const contentType = "application/octet-stream";
    await http.fetch("POST", "/v1/probe/up", { ...options, idempotencyKey: null, body, contentType });
  },
});
