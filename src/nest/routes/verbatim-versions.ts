import type { ResolvedETagOptions } from '../options/etag.options.js';
import type { DecoratedHandler } from './decorated-handlers.js';

/**
 * Refuses versions that are sent as they are by an application whose tags are keyed, so that nobody can guess them.
 *
 * @throws TypeError
 */
export function refuseShownVersion(
  { handlerName, storedTag }: DecoratedHandler,
  { digest }: Pick<ResolvedETagOptions, 'digest'>,
): void {
  if (digest.secret === undefined || storedTag?.kind !== 'strong') return;
  if (storedTag.options.verbatim !== true) return;
  throw new TypeError(
    `@ETag({ verbatim: true }) on ${handlerName} shows the version that the module's option 'secret' is there to hide: leave one of them out`,
  );
}
