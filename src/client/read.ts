import { bodyOf, entityTagOf } from './answer.js';
import type { Connection, RequestOptions } from './connection.js';
import { representationOf, type Representation } from './representation.js';
import { ResponseError } from './response-error.js';
import { absoluteUrl } from './url.js';

/**
 * What is there now: caches are made to revalidate, unless `init.cache` says otherwise.
 *
 * @throws ResponseError unless it is answered with 2xx
 */
export async function read<T>(
  { fetch, baseUrl, tagHeader }: Connection,
  from: string | URL,
  init: RequestOptions,
  handedOver = true,
): Promise<Representation<T>> {
  const url = absoluteUrl(from, baseUrl);
  const response = await fetch(url, { cache: 'no-cache', ...init }, handedOver);
  const body = await bodyOf(response);
  if (!response.ok) throw new ResponseError('GET', url, response, body);
  return representationOf(url, entityTagOf(response, tagHeader), body);
}

/** What is there now, behind the back of whoever sent a write with `init`: no tag is learned from it. */
export function readAfresh<T>(
  connection: Connection,
  url: string | URL,
  init: RequestOptions,
): Promise<Representation<T>> {
  const headers = new Headers(init.headers);
  const ofTheWrite = ['Content-Type', 'If-Match', 'If-None-Match', 'If-Unmodified-Since'];
  for (const name of ofTheWrite) headers.delete(name);
  return read(connection, url, { ...init, headers, cache: 'no-cache' }, false);
}

/** What this client read or wrote last at `from`. */
export function remembered<T>(
  { memory, baseUrl }: Connection,
  from: string | URL,
): Representation<T> | undefined {
  const url = absoluteUrl(from, baseUrl);
  const known = memory.recall(url);
  if (typeof known === 'string') return undefined;
  const body: unknown = known.text === undefined ? undefined : JSON.parse(known.text);
  return representationOf(url, known.etag, body);
}
