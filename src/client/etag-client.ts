import { createConnection, type ETagClientOptions, type RequestOptions } from './connection.js';
import { failure, type Failure, type FailureOptions } from './failure.js';
import { get, patch, post, put, remove } from './methods.js';
import type { Fetch } from './platform.js';
import { remembered } from './read.js';
import { rememberingFetch } from './remembering-fetch.js';
import { forget, remember } from './remembering.js';
import type { Representation, Target } from './representation.js';
import { storedAnswers } from './stored-answers.js';
import { update, type Change, type UpdateOptions } from './update.js';
import { watch, type WatchOptions } from './watch.js';

/**
 * A client that takes care of entity tags: it remembers those of what it read and wrote, and makes
 * every write conditional, so that no write overwrites a change that it has not seen.
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
   * refetch in the background), because that would move the remembered tag.
   *
   * `body` is sent as JSON; a string is sent as it is if you set another `Content-Type`. What JSON has no
   * words for (`FormData`, `Blob`, a `Map`, a promise) is refused with a TypeError: send it with `fetch`.
   *
   * @returns what the server made of it, to continue from. After an answer without content the body is
   *   what was sent, and it has a tag only if the answer had one.
   * @throws MidAirCollision on 412 (or the status that the server gives its reason), LostAnswerError if
   *   no answer comes or only a gateway's, ResponseError on any other status but 2xx,
   *   MissingEntityTagError if there is no tag to send
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
   * must be exposed), returns the representation of what was created, ready to be saved again.
   *
   * @throws LostAnswerError if no answer comes or only a gateway's, ResponseError unless it is answered with 2xx
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
   * is sent again, because it cannot take effect twice; if `change` has nothing left to do, it is done;
   * otherwise nobody can know whether it was applied, and a LostAnswerError says so.
   *
   * Waits as long as the server asks (`Retry-After`), up to a minute; if it asks for more, throws what
   * the last attempt came to.
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
   * Tells that somebody has saved before the person at a form does: revalidates what is at `target`
   * every few seconds, and gives what is there whenever it differs from what was seen last. Starts
   * from the representation given or, for a URL, from the one that this client read or wrote last, if
   * any. After a save, watch again from what was saved.
   *
   * Never two requests at once, none while the page is hidden; a 304 each time nothing has changed. After
   * failures it waits longer and longer. Does not keep a Node process alive, and teaches this client no
   * tag: a write by URL is still conditional on what was seen.
   *
   * Ends when you leave the loop or abort the `signal`.
   *
   * @throws RangeError if `every` is not above 0; while it iterates, ResponseError for what will not
   *   change by itself: 401, 403, 404, 410 and every other 4xx but 408, 425 and 429
   * @example
   * ```ts
   * for await (const theirs of client.watch(article, { every: 5000, signal })) {
   *   showThatSomebodySaved(theirs);
   * }
   * ```
   */
  watch<T = unknown>(
    target: Target<T>,
    options?: WatchOptions,
  ): AsyncIterableIterator<Representation<T>>;

  /**
   * Builds the error that `put` would throw, for a write that a library sent which was given
   * `client.fetch`: a {@link MidAirCollision} (reads what is there now and compares it with `mine`), a
   * {@link LostAnswerError} or a {@link ResponseError}.
   */
  failure<T = unknown>(
    target: Target<T>,
    mine: unknown,
    options?: FailureOptions,
  ): Promise<Failure<T>>;

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
export function createETagClient(options?: ETagClientOptions): ETagClient {
  const withoutMemory = createConnection(options);
  const connection = { ...withoutMemory, ...(withoutMemory.ifNoneMatch && { storedAnswers }) };
  const fetch = rememberingFetch(connection);
  return {
    fetch,
    get: (url, init) => get(connection, url, init),
    put: (target, body, init) => put(connection, target, body, init),
    patch: (target, body, init) => patch(connection, target, body, init),
    delete: (target, init) => remove(connection, target, init),
    post: (url, body, init) => post(connection, url, body, init),
    update: (target, change, init) => update(connection, target, change, init),
    watch: (target, init) => watch(connection, target, init),
    failure: (target, mine, init) => failure(connection, target, mine, init),
    remembered: (url) => remembered(connection, url),
    remember: (representation) => remember(connection, representation),
    forget: (url) => forget(connection, url),
  };
}
