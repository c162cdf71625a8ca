import { collisionOf, type Refusal } from './collision-of.js';
import type { Connection, RequestOptions } from './connection.js';
import { createMemory } from './memory.js';
import type { MidAirCollision } from './mid-air-collision.js';
import { type Fetch, hasHttpCache, platformFetch } from './platform.js';
import { prepareWrite } from './prepare-write.js';
import { read, remembered } from './read.js';
import { createRememberingFetch } from './remembering-fetch.js';
import { isRepresentation, type Representation, type Target } from './representation.js';
import { update, type Change, type UpdateOptions } from './update.js';
import { absoluteUrl } from './url.js';
import { carryOut } from './write.js';

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
   * A response header that repeats the entity tag where something on the way removes or rewrites
   * `ETag`. It is read before `ETag`, and across origins must be exposed like it.
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
   * Of how many URLs to remember the tag and the JSON; those that were not used for the longest time go first.
   *
   * @default 1000
   */
  maxRemembered?: number;
}

/** What is known of a 412 that another library received; see {@link ETagClient.collision}. */
export interface CollisionOptions extends RequestOptions, Refusal {
  /** @default 'PUT' */
  method?: string;
}

/**
 * A client that takes care of entity tags: it remembers those of what it read and wrote, and makes
 * every write conditional, so that none overwrites a change that it has not seen.
 *
 * All methods may be used detached (`const { get, put } = client`). On a server, use one client per user.
 */
export interface ETagClient {
  /**
   * `fetch`, to be used instead of the platform's or given to a library that takes one.
   *
   * Adds `If-Match` to PUT, PATCH and DELETE, unless the request has a precondition already; adds
   * `If-None-Match` where the platform does not; learns the tags that pass. Answers as `fetch` does:
   * a 412 is an answer. JSON answers that carry a tag are buffered; everything else streams.
   *
   * @throws MissingEntityTagError instead of sending a write that would overwrite something unseen
   */
  fetch: Fetch;

  /**
   * Reads a representation. Caches are made to revalidate, so that an edit starts from what is
   * there; with `{ cache: 'default' }` they may answer for as long as `max-age` lets them.
   *
   * @throws ResponseError unless it is answered with 2xx
   */
  get<T = unknown>(url: string | URL, options?: RequestOptions): Promise<Representation<T>>;

  /**
   * Replaces what is at `target` by `body`, if it is still what you started from: the representation
   * given or, if `target` is only a URL, the one that this client read or wrote last. Give the
   * representation wherever something else may read the same URL meanwhile (another component, a
   * refetch in the background), for that would move the remembered tag under your hands.
   *
   * `body` is sent as JSON; a string goes as it is if you set another `Content-Type`.
   *
   * @returns what the server made of it, to go on from. After an answer without content the body is
   *   what was sent, and it has a tag only if the answer had one.
   * @throws MidAirCollision on 412, LostAnswerError if no answer comes, ResponseError on any other
   *   status but 2xx, MissingEntityTagError if there is no tag to send
   * @example
   * ```ts
   * const article = await client.get<Article>('/articles/1');
   * const saved = await client.put(article, { ...article.body, title: 'Entity tags' });
   * ```
   */
  put<T = unknown>(
    target: Target<T>,
    body: NoInfer<Partial<T>>,
    options?: RequestOptions,
  ): Promise<Representation<T>>;

  /**
   * Changes some properties of what is at `target`, if it is still what you started from. As `put`,
   * but after an answer without content neither body nor tag are known.
   */
  patch<T = unknown>(
    target: Target<T>,
    body: NoInfer<Partial<T>>,
    options?: RequestOptions,
  ): Promise<Representation<T>>;

  /** Removes what is at `target`, if it is still what you have seen. Throws what `put` throws. */
  delete(target: Target, options?: RequestOptions): Promise<void>;

  /**
   * Sends `body` as JSON to `url`. If the answer is 201 and tells where (`Location`; across origins it
   * must be exposed), what comes back is the representation of what was created, ready to be saved again.
   *
   * @throws LostAnswerError if no answer comes, ResponseError unless it is answered with 2xx
   */
  post<T = unknown>(
    url: string | URL,
    body?: unknown,
    options?: RequestOptions,
  ): Promise<Representation<T>>;

  /**
   * Reads, applies `change`, saves. On a collision it reads again and applies `change` again, so that
   * of twenty increments at once each one counts. With `merge: true` a form's changes are merged
   * instead.
   *
   * Starts from a fresh read, or from the representation given. `change` gets a copy and returns what
   * is to be saved; it may run several times, so let it do nothing else. If there is nothing to
   * change (any more), nothing is sent.
   *
   * After a lost answer the change is never applied blindly: if the tag is still the same, the write
   * is sent again, for it cannot take effect twice; if `change` has nothing left to do, it is done;
   * otherwise whether it was applied cannot be known, and that is a LostAnswerError.
   *
   * @throws MidAirCollision after the last attempt, MergeConflict if both sides changed the same, and
   *   what `get` and `put` throw
   * @example
   * ```ts
   * await client.update<Article>('/articles/1', (article) => ({ ...article, stars: article.stars + 1 }));
   * ```
   */
  update<T = unknown>(
    target: Target<T>,
    change: Change<T>,
    options?: UpdateOptions,
  ): Promise<Representation<T>>;

  /**
   * Builds the {@link MidAirCollision} that `put` would throw, for a 412 that came to a library which
   * was given `client.fetch`: reads what is there now and compares it with `mine`.
   */
  collision<T = unknown>(
    target: Target<T>,
    mine: unknown,
    options?: CollisionOptions,
  ): Promise<MidAirCollision<T>>;

  /** What this client read or wrote last at `url`, if it knows its tag. */
  remembered<T = unknown>(url: string | URL): Representation<T> | undefined;

  /** Takes over a representation that came another way: rendered into the page, or by another library. */
  remember(representation: Representation): void;

  /** Forgets the tag of `url`, so that it has to be read before it is written. */
  forget(url: string | URL): void;
}

/**
 * Creates a client that remembers entity tags.
 *
 * @example
 * ```ts
 * const client = createETagClient();
 * const article = await client.get<Article>('https://example.com/articles/1');
 * await client.put(article, { ...article.body, title: 'Entity tags' }); // If-Match: "…"
 * ```
 */
export function createETagClient(options: ETagClientOptions = {}): ETagClient {
  const { baseUrl, tagHeader, ifNoneMatch = !hasHttpCache() } = options;
  const memory = createMemory(options.maxRemembered ?? 1000);
  const parts = { fetch: options.fetch ?? platformFetch, memory, baseUrl, tagHeader };
  const fetch = createRememberingFetch({ ...parts, ifNoneMatch });
  const connection: Connection = { ...parts, fetch };

  const write = async <T>(
    method: string,
    target: Target<T>,
    body: unknown,
    init: RequestOptions = {},
  ): Promise<Representation<T>> =>
    carryOut(connection, prepareWrite(connection, method, target, body, init));

  return {
    fetch: (input, init) => fetch(input, init),
    get: (url, init = {}) => read(connection, url, init),
    put: (target, body, init) => write('PUT', target, body, init),
    patch: (target, body, init) => write('PATCH', target, body, init),
    delete: async (target, init) => void (await write('DELETE', target, undefined, init)),
    post: <T>(url: string | URL, body?: unknown, init?: RequestOptions) =>
      write<T>('POST', url, body, init),
    update: (target, change, updateOptions = {}) =>
      update(connection, target, change, updateOptions),
    collision: <T>(
      target: Target<T>,
      mine: unknown,
      { method = 'PUT', response, reason, ...init }: CollisionOptions = {},
    ) => {
      const base = isRepresentation(target) ? target : remembered<T>(connection, target);
      const url = absoluteUrl(isRepresentation(target) ? target.url : target, baseUrl);
      return collisionOf(connection, { method, url, base, mine, init }, { response, reason });
    },
    remembered: (url) => remembered(connection, url),
    remember({ url, etag, body }) {
      const text = body === undefined ? undefined : JSON.stringify(body);
      memory.learn(
        absoluteUrl(url, baseUrl),
        etag ? { etag, text } : 'untagged-read',
        memory.now(),
      );
    },
    forget: (url) => memory.learn(absoluteUrl(url, baseUrl), 'unread', memory.now()),
  };
}
