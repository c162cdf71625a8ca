import type { Memory } from './memory.js';
import type { FetchInit } from './platform.js';
import type { RememberingFetch } from './remembering-fetch.js';

/** What the operations of one client share. */
export interface Connection {
  readonly fetch: RememberingFetch;
  readonly memory: Memory;
  readonly baseUrl: string | URL | undefined;
  readonly tagHeader: string | undefined;
}

/** What `fetch` takes, except for what a method's name and arguments say already. */
export type RequestOptions = Omit<FetchInit, 'method' | 'body'>;
