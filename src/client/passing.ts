import type { CacheMode, Fetch, FetchInit } from './platform.js';

/** One request on its way; `headers` may still be added to. */
export interface Passing {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  readonly cache: CacheMode;
  /** The body, where it is text that can be looked at. */
  readonly sent: string | undefined;
  send(cache?: CacheMode): Promise<Response>;
}

/** A request as `init` has it; `input` is what `fetch` gets, if not the URL. */
export function passingOf(
  { fetch }: { readonly fetch: Fetch },
  url: string,
  init: FetchInit,
  input: Parameters<Fetch>[0] = url,
): Passing {
  const { method = 'GET', cache = 'default', body } = init;
  const headers = new Headers(init.headers);
  return {
    method: method.toUpperCase(),
    url,
    headers,
    cache,
    sent: typeof body === 'string' ? body : undefined,
    // What throws at once is a failed request, too.
    send: async (mode) => fetch(input, { ...init, ...(mode && { cache: mode }), headers }),
  };
}
