import type { Route } from '../nest/routes/route.js';
import { addHeaders, addParameter, addResponse } from './additions.js';
import { documentItemTags, documentTagInBody } from './item-tags.js';
import type { Operation } from './openapi.js';
import {
  dateParameter,
  exampleOf,
  hasTag,
  headerParameter,
  validatorHeaders,
} from './validators.js';
import type { ShownOptions } from './validators.js';

/** What a tagged GET says: its validators, the conditions that it knows, and `304`. */
export function documentRead(operation: Operation, route: Route, options: ShownOptions): void {
  const headers = validatorHeaders(route, options);
  if (route.itemTags !== undefined) documentItemTags(operation, route.itemTags);
  if (Object.keys(headers).length === 0) return;
  addHeaders(operation, [200], headers);
  if (route.tagProperty !== undefined) documentTagInBody(operation, [200], route.tagProperty);
  if (hasTag(route)) {
    addParameter(
      operation,
      headerParameter(
        'If-None-Match',
        'The ETag of what you have: the answer is 304 without a body as long as it is current.',
        { example: exampleOf(route) },
      ),
    );
  }
  if (route.lastModifiedOf !== undefined) {
    addParameter(
      operation,
      dateParameter(
        'If-Modified-Since',
        'The Last-Modified of what you have. Counts only without If-None-Match.',
      ),
    );
  }
  addResponse(operation, 304, { description: 'Not Modified: you have it already.', headers });
}

/** What a POST says that creates what a GET sends from then on: its tag. */
export function documentCreation(operation: Operation, route: Route, options: ShownOptions): void {
  addHeaders(operation, [201], validatorHeaders(route, options));
  if (route.tagProperty !== undefined) documentTagInBody(operation, [201], route.tagProperty);
}
