import { bodyOf, entityTagOf } from './answer.js';
import { wait } from './backoff.js';
import { conditionalRead } from './conditional-read.js';
import type { Connection, RequestOptions } from './connection.js';
import { isSame } from './json.js';
import { passingOf } from './passing.js';
import { readingHeaders, remembered } from './read.js';
import {
  isRepresentation,
  type Representation,
  representationOf,
  type Target,
} from './representation.js';
import { isResponseError, ResponseError } from './response-error.js';
import { retryAfter } from './retry-after.js';
import { absoluteUrl } from './url.js';
import { whenVisible } from './visibility.js';

/** How to watch, beside what `fetch` takes. An aborted `signal` ends the watch without an error. */
export interface WatchOptions extends RequestOptions {
  /**
   * How many milliseconds to wait between an answer and the next request. It is more after failures,
   * and whenever the server asks for more (`Retry-After`, `X-Poll-Interval`).
   *
   * @default 10_000
   */
  every?: number;
  /** Called with the error of each request that failed and will be repeated: offline, server busy, … */
  onError?: (error: unknown) => void;
}

/** Tells whenever somebody has changed what is at `target`. See `ETagClient.watch`. */
export function watch<T = unknown>(
  connection: Connection,
  target: Target<T>,
  { every = 10_000, onError, signal, ...init }: WatchOptions = {},
): AsyncIterableIterator<Representation<T>> {
  if (!(every > 0)) throw new RangeError(`watch() takes "every" in milliseconds, not ${every}`);
  const url = absoluteUrl(isRepresentation(target) ? target.url : target, connection.baseUrl);
  const base = isRepresentation(target) ? target : remembered<T>(connection, url);

  const stopped = new AbortController();
  const stop = (): void => stopped.abort();
  if (signal?.aborted) stop();
  signal?.addEventListener('abort', stop, { signal: stopped.signal });

  const resource = { connection, url, init: { ...init, signal: stopped.signal } };
  const changes = changesOf(resource, base, { every, onError, stop });
  return {
    next: () => changes.next(),
    return: () => {
      // It may be waiting, and would do so to the end.
      stop();
      return changes.return(undefined);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

/** What is watched, and how it is read. */
interface Resource {
  readonly connection: Connection;
  readonly url: string;
  readonly init: RequestOptions & { readonly signal: AbortSignal };
}

interface Pace {
  readonly every: number;
  readonly onError: WatchOptions['onError'] | undefined;
  /** Lets go of the caller's signal. */
  stop(): void;
}

async function* changesOf<T>(
  resource: Resource,
  base: Representation<T> | undefined,
  { every, onError, stop }: Pace,
): AsyncGenerator<Representation<T>, undefined> {
  const { signal } = resource.init;
  let seen = base;
  let failures = 0;
  let pause = base ? every : 0;
  try {
    for (;;) {
      await wait(pause, signal, true);
      await whenVisible(signal);
      let response: Response | undefined;
      let now: Representation<T> | undefined;
      try {
        response = await revalidate(resource, seen);
        now = await representationIn<T>(resource, response);
        failures = 0;
      } catch (error) {
        if (signal.aborted || isFinal(error)) throw error;
        failures += 1;
        onError?.(error);
      }
      pause = Math.max(pauseAfter(failures, every), response ? retryAfter(response) : 0);
      // What crosses a write of this client may show its half-way state: our own change is no news.
      if (!now || resource.connection.memory.distrustsCaches(resource.url)) continue;
      const isNews = seen && !isSameState(seen, now);
      seen = now;
      if (isNews) yield now;
    }
  } catch (error) {
    if (!signal.aborted) throw error;
    return undefined;
  } finally {
    stop();
  }
}

/** Asks for what is there, if it is not what was `seen`. What comes is not handed to anybody who writes by URL. */
function revalidate(
  { connection, url, init }: Resource,
  seen: Representation | undefined,
): Promise<Response> {
  const headers = readingHeaders(init.headers);
  if (connection.ifNoneMatch && seen?.etag) headers.set('If-None-Match', seen.etag);
  const passing = passingOf(connection, url, { ...init, headers, cache: 'no-cache' });
  return conditionalRead(passing, connection, false);
}

/** The representation in an answer; `undefined` in a 304. */
async function representationIn<T>(
  { connection, url }: Resource,
  response: Response,
): Promise<Representation<T> | undefined> {
  if (response.status === 304) return undefined;
  const body = await bodyOf(response);
  if (!response.ok) throw new ResponseError('GET', url, response, body);
  return representationOf(url, entityTagOf(response, connection.tagHeader), body);
}

function isSameState(a: Representation, b: Representation): boolean {
  const isSameTag = a.etag !== undefined && a.etag === b.etag;
  return isSameTag || (isRewritten(a.etag, b.etag) && isSame(a.body, b.body));
}

/** Whether a proxy may have made one tag of the other, in only one of two answers: `"x"`, `W/"x"`, `"x-gzip"`, none. */
function isRewritten(a = '', b = ''): boolean {
  const [x, y] = [bare(a), bare(b)];
  return x.startsWith(y) || y.startsWith(x);
}

function bare(etag: string): string {
  return etag.replaceAll(/^W\/|"$/g, '');
}

/** Whether reading again would not help: what is refused (401, 403) or gone (404, 410) remains so. */
function isFinal(error: unknown): boolean {
  return isResponseError(error) && error.status < 500 && ![408, 425, 429].includes(error.status);
}

/** After failures, a random time below a bound that doubles, up to five minutes, but never less than `every`. */
function pauseAfter(failures: number, every: number): number {
  if (failures === 0) return every;
  const bound = Math.min(every * 2 ** failures, Math.max(every, 300_000));
  return Math.max(every, bound * (0.5 + Math.random() / 2));
}
