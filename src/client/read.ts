import { bodyOf, entityTagOf, parsed } from './answer.js';
import { conditionalRead } from './conditional-read.js';
import type { Connection, RequestOptions } from './connection.js';
import { passingOf } from './passing.js';
import { PRECONDITIONS } from './preconditions.js';
import { representationOf, type Representation } from './representation.js';
import { ResponseError } from './response-error.js';
import { absoluteUrl } from './url.js';

/**
 * What is there now: caches are made to revalidate, unless `init.cache` says otherwise.
 *
 * @throws ResponseError unless it is answered with 2xx
 */
export async function read<T>(
  connection: Connection,
  from: string | URL,
  init: RequestOptions,
  handedOver = true,
): Promise<Representation<T>> {
  const url = absoluteUrl(from, connection.baseUrl);
  const passing = passingOf(connection, url, { cache: 'no-cache', ...init });
  const response = await conditionalRead(passing, connection, handedOver);
  const body = await bodyOf(response);
  if (!response.ok) throw new ResponseError('GET', url, response, body);
  return representationOf(url, entityTagOf(response, connection.tagHeader), body);
}

/** What is there now, for somebody who was refused: no tag is learned from it. `init` is the write's. */
export function readAfresh<T>(
  connection: Connection,
  url: string | URL,
  init: RequestOptions,
): Promise<Representation<T>> {
  const headers = readingHeaders(init.headers);
  return read(connection, url, { ...init, headers, cache: 'no-cache' }, false);
}

/** The fields of a request without those that only a write has. */
export function readingHeaders(ofTheWrite: RequestOptions['headers']): Headers {
  const headers = new Headers(ofTheWrite);
  for (const name of ['Content-Type', ...PRECONDITIONS]) headers.delete(name);
  return headers;
}

/** What this client read or wrote last at `from`. */
export function remembered<T>(
  { memory, baseUrl }: Connection,
  from: string | URL,
): Representation<T> | undefined {
  const url = absoluteUrl(from, baseUrl);
  const known = memory.recall(url);
  if (typeof known === 'string') return undefined;
  const body = known.text === undefined ? undefined : parsed(known.text);
  return representationOf(url, known.etag, body);
}
