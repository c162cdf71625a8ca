import { conditionalRead } from './conditional-read.js';
import { conditionalWrite } from './conditional-write.js';
import type { Connection } from './connection.js';
import { MissingEntityTagError } from './missing-entity-tag-error.js';
import { type Passing, passingOf } from './passing.js';
import type { Fetch, FetchInit } from './platform.js';
import { hasPrecondition, overwrites } from './preconditions.js';
import { absoluteUrl } from './url.js';

/** A `fetch` that learns entity tags from what passes through it and makes requests conditional. See `ETagClient.fetch`. */
export function rememberingFetch(connection: Connection): Fetch {
  return async (input, init = {}) => {
    const request = isRequest(input) ? input : undefined;
    const url = absoluteUrl(isRequest(input) ? input.url : input, connection.baseUrl);
    const passing = passingOf(connection, url, { ...init, ...askedBy(init, request) }, request);
    switch (passing.method) {
      case 'GET':
        return conditionalRead(passing, connection, true);
      case 'HEAD':
      case 'OPTIONS':
        return passing.send();
      default:
        addPrecondition(passing, connection);
        return conditionalWrite(passing, connection);
    }
  };
}

/** @throws MissingEntityTagError if no tag is known and the caller set no precondition */
function addPrecondition({ method, url, headers }: Passing, { memory }: Connection): void {
  if (!overwrites(method) || hasPrecondition(headers)) return;
  const known = memory.recall(url);
  if (typeof known === 'string') throw new MissingEntityTagError(method, url, known);
  headers.set('If-Match', known.etag);
}

/** What a request says of itself, unless `init` says otherwise; `undefined` says nothing. */
function askedBy(init: FetchInit, request?: Request): FetchInit {
  if (!request) return {};
  const { method = request.method, headers = request.headers, cache = request.cache } = init;
  return { method, headers, cache };
}

function isRequest(input: Parameters<Fetch>[0]): input is Request {
  return typeof input === 'object' && 'url' in input;
}
