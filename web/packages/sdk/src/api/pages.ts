import type { Http, Query, RequestOptions } from "./http.ts";

/** One page of a list. */
export interface Page<T> {
  readonly items: readonly T[];
  /** Give it as `cursor` for the next page; null at the end. */
  readonly next_cursor: string | null;
}

export interface PageQuery {
  /** 1 to 200. */
  readonly limit?: number;
  readonly cursor?: string;
}

/** A list: one page by a call, or all of it by `for await (const item of list.each(query))`. */
export interface List<T, Q extends object = object> {
  (query?: Q & PageQuery, options?: RequestOptions): Promise<Page<T>>;
  each(query?: Q, options?: RequestOptions): AsyncGenerator<T, void, undefined>;
}

export function listOf<T, Q extends object = object>(http: Http, path: string): List<T, Q> {
  const page = (query?: Q & PageQuery, options?: RequestOptions) => http.get<Page<T>>(path, query as Query, options);
  async function* each(query?: Q, options?: RequestOptions) {
    let cursor: string | null = null;
    do {
      const next: Page<T> = await page({ ...query, ...(cursor !== null && { cursor }) } as Q & PageQuery, options);
      yield* next.items;
      cursor = next.next_cursor;
    } while (cursor !== null);
  }
  return Object.assign(page, { each });
}
