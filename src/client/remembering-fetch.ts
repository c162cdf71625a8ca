import { conditionalRead } from './conditional-read.js';
import { conditionalWrite } from './conditional-write.js';
import type { Memory } from './memory.js';
import type { CacheMode, Fetch, FetchInit } from './platform.js';
import { absoluteUrl } from './url.js';

/** What a remembering fetch is made of. */
export interface FetchParts {
  readonly fetch: Fetch;
  readonly memory: Memory;
  readonly baseUrl: string | URL | undefined;
  readonly tagHeader: string | undefined;
  /** Whether a GET carries `If-None-Match`, and its 304 is answered from memory. */
  readonly ifNoneMatch: boolean;
}

/** One request on its way; `headers` may still be added to. */
export interface Passing {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  readonly cache: CacheMode | undefined;
  /** The body, where it is text that can be looked at. */
  readonly sent: string | undefined;
  send(cache?: CacheMode): Promise<Response>;
}

/**
 * `fetch`. A read that is not `handedOver` leaves no trace in memory: nobody who would write by its
 * tag has seen what it brought.
 */
export type RememberingFetch = (
  input: Parameters<Fetch>[0],
  init?: FetchInit,
  handedOver?: boolean,
) => Promise<Response>;

/** A `fetch` that learns entity tags from what passes through it and makes requests conditional. */
export function createRememberingFetch(parts: FetchParts): RememberingFetch {
  return async (input, init = {}, handedOver = true) => {
    const passing = toPassing(parts, input, init);
    switch (passing.method) {
      case 'GET':
        return conditionalRead(passing, parts, handedOver);
      case 'HEAD':
      case 'OPTIONS':
        return passing.send();
      default:
        return conditionalWrite(passing, parts);
    }
  };
}

function toPassing(parts: FetchParts, input: Parameters<Fetch>[0], init: FetchInit): Passing {
  const request = isRequest(input) ? input : undefined;
  const url = absoluteUrl(isRequest(input) ? input.url : input, parts.baseUrl);
  const headers = new Headers(init.headers ?? request?.headers);
  return {
    method: (init.method ?? request?.method ?? 'GET').toUpperCase(),
    url,
    headers,
    cache: init.cache ?? request?.cache,
    sent: typeof init.body === 'string' ? init.body : undefined,
    send: (cache) => parts.fetch(request ?? url, { ...init, ...(cache && { cache }), headers }),
  };
}

function isRequest(input: Parameters<Fetch>[0]): input is Request {
  return typeof input === 'object' && 'url' in input;
}
