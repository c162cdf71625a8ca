import { createMemory, type Memory } from './memory.js';
import { type Fetch, type FetchInit, hasHttpCache, platformFetch } from './platform.js';
import type { StoredAnswers } from './stored-answers.js';

/** How a client reaches the server and how much it remembers. Every option may be left out. */
export interface ETagClientOptions {
  /**
   * What sends the requests: to add credentials or headers, to log, to test.
   *
   * @default the platform's `fetch`
   * @example
   * ```ts
   * createETagClient({ fetch: (input, init) => fetch(input, { ...init, credentials: 'include' }) });
   * ```
   */
  fetch?: Fetch;
  /**
   * What relative URLs are relative to, as in `new URL(url, baseUrl)`: end it with `/` to keep its path.
   *
   * @default the page's or worker's own URL; none in Node
   */
  baseUrl?: string | URL;
  /**
   * The response header that repeats the entity tag: the server's option of the same name, for proxies
   * that remove or rewrite `ETag`. It is read before `ETag`, and across origins must be exposed like it.
   *
   * @default none
   */
  tagHeader?: string;
  /**
   * Whether a GET carries `If-None-Match` and its 304 becomes a 200 from memory.
   *
   * @default true where `fetch` has no HTTP cache of its own, as in Node; false in browsers, whose
   *   cache does it without a preflight
   */
  ifNoneMatch?: boolean;
  /**
   * How many URLs to remember the tag and the JSON of. The least recently used go first.
   *
   * @default 1000
   */
  maxRemembered?: number;
}

/** What requests share: how they reach the server, and the tags that they have seen. */
export interface Connection {
  /** @internal */
  readonly fetch: Fetch;
  /** @internal */
  readonly memory: Memory;
  /** @internal */
  readonly baseUrl: string | URL | undefined;
  /** @internal */
  readonly tagHeader: string | undefined;
  /** @internal */
  readonly ifNoneMatch: boolean;
  /** @internal */
  readonly storedAnswers?: StoredAnswers | undefined;
}

/** What `fetch` takes, except for what a method's name and arguments say already. */
export type RequestOptions = Omit<FetchInit, 'method' | 'body'>;

/**
 * Creates what the functions `get`, `put`, … of this package need. They are what an {@link ETagClient}
 * is made of, for bundles that leave out those that are not imported. One thing is left out of all of
 * them: without an HTTP cache below it, as in Node, `get` downloads everything each time.
 *
 * @example
 * ```ts
 * const connection = createConnection();
 * const article = await get<Article>(connection, '/articles/1');
 * await put(connection, article, { ...article.body, title: 'Entity tags' });
 * ```
 */
export function createConnection({
  fetch = platformFetch,
  baseUrl,
  tagHeader,
  ifNoneMatch = !hasHttpCache(),
  maxRemembered = 1000,
}: ETagClientOptions = {}): Connection {
  return { fetch, memory: createMemory(maxRemembered), baseUrl, tagHeader, ifNoneMatch };
}
