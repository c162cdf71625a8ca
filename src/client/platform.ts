/** The platform's `fetch`, in Node and in browsers. */
export type Fetch = typeof globalThis.fetch;

/** How a request uses the HTTP cache of a browser; not every platform's `RequestInit` declares it. */
export type CacheMode =
  'default' | 'no-store' | 'reload' | 'no-cache' | 'force-cache' | 'only-if-cached';

/** What `fetch` takes beside the URL. */
export type FetchInit = RequestInit & { cache?: CacheMode };

/**
 * Whether `fetch` has an HTTP cache below it that revalidates by itself: pages and workers of
 * browsers. There a script must not set `If-None-Match`: it would cost a preflight and show the 304.
 */
export function hasHttpCache(): boolean {
  return 'document' in globalThis || 'WorkerGlobalScope' in globalThis;
}

/** The platform's `fetch` at the time of the call, so that one which is replaced later is honoured. */
export const platformFetch: Fetch = (input, init) => globalThis.fetch(input, init);
