import { headersOf } from '../internals/nest-metadata.js';
import type { Handler } from '../internals/nest-metadata.js';
import type { AnswerHead } from '../platform/platform.js';

/**
 * Sets the fields that `@Header()` adds to every answer of a handler. Nest does it when the handler is
 * about to run; an answer that is made without the router has them too.
 */
export function setDecoratedHeaders(head: AnswerHead, handler: Handler): void {
  for (const { name, value } of headersOf(handler)) {
    head.setField(name, typeof value === 'function' ? value() : value);
  }
}
