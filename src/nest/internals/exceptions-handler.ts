import type { ArgumentsHost } from '@nestjs/common';
import type { RouterParts } from './router.js';

/** Marks the class that is watched already, by another application or by the other copy of the package. */
const WATCHED: unique symbol = Symbol.for('nestjs-etag:watched');

/**
 * Tells of each request whose route has failed, before a filter answers it: a filter may answer as the route does, without a
 * status, and nothing else tells the two apart.
 */
export function watchFailures(
  { ExceptionsHandler }: Pick<RouterParts, 'ExceptionsHandler'>,
  tell: (request: object) => void,
): void {
  const prototype: RouterParts['ExceptionsHandler']['prototype'] & { readonly [WATCHED]?: true } =
    ExceptionsHandler.prototype;
  if (prototype[WATCHED] === true) return;
  const { next } = prototype;
  prototype.next = function (error: unknown, host: ArgumentsHost) {
    if (host.getType() === 'http') tell(host.switchToHttp().getRequest<object>());
    return next.call(this, error, host);
  };
  Object.defineProperty(prototype, WATCHED, { value: true });
}
