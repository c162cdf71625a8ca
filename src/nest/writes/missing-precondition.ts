import type { Refusal } from '../refusals/refusals.js';
import type { WriteRule } from '../routes/route.js';
import { nameOfProperty } from './tag-elsewhere.js';

/**
 * `428` for a write that does not say what it changes. RFC 6585 §3 wants it to say how to do better.
 *
 * @param rule what counts as saying so.
 */
export function missingPrecondition({
  property,
  creates,
  unmodifiedSince,
  current: { route },
}: Pick<WriteRule, 'property' | 'creates' | 'unmodifiedSince' | 'current'>): Refusal {
  const isTagged = route.tagSource !== undefined || route.validator !== undefined;
  const ways = [
    ...(isTagged ? ['its ETag header in If-Match'] : []),
    ...(isTagged && property !== undefined
      ? [`its ETag header in ${nameOfProperty(property)}`]
      : []),
    ...(unmodifiedSince ? ['its Last-Modified header in If-Unmodified-Since'] : []),
  ];
  const create = creates ? ', or If-None-Match: * to create it' : '';
  return {
    status: 428,
    reason: 'missing-precondition',
    message: `This write must say which version it changes: read the resource with GET and send the value of ${ways.join(', or of ')}${create}.`,
  };
}
