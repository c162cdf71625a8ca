import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { parseHttpDate } from '../../http/http-date.js';
import type { ConditionalFields, PreconditionField } from '../../http/preconditions.js';

/** The part of a platform's request that is read here; Fastify's wraps Node's. */
export interface HttpRequest {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly raw?: IncomingMessage;
}

/** The conditional fields of a request, whose header fields are at hand. RFC 9110 §13.1. */
export function conditionalFieldsOf(
  request: HttpRequest,
  headers: IncomingHttpHeaders,
): ConditionalFields {
  return {
    ifMatch: headers['if-match'],
    ifNoneMatch: headers['if-none-match'],
    ifModifiedSince: dateField(request, headers, 'if-modified-since'),
    ifUnmodifiedSince: dateField(request, headers, 'if-unmodified-since'),
  };
}

/** Node keeps the first of several dates; a list of dates is none, and is ignored (RFC 9110 §13.1.3). */
function dateField(
  request: HttpRequest,
  headers: IncomingHttpHeaders,
  name: 'if-modified-since' | 'if-unmodified-since',
): string | undefined {
  const first = headers[name];
  if (first === undefined) return undefined;
  const { headersDistinct } = request.raw ?? (request as unknown as Partial<IncomingMessage>);
  return headersDistinct?.[name]?.join(', ') ?? first;
}

/**
 * The field that a write depends on: the first that counts (RFC 9110 §13.2.2).
 *
 * @param isDated whether the resource has a modification date; without one a date that was sent is ignored, as
 * is one that is no date at all (§13.1.4).
 */
export function decidingField(
  fields: ConditionalFields,
  isDated = true,
): PreconditionField | undefined {
  const { ifMatch, ifUnmodifiedSince, ifNoneMatch } = fields;
  if (ifMatch !== undefined) return 'If-Match';
  const countsAsDate = isDated && ifUnmodifiedSince !== undefined;
  if (countsAsDate && parseHttpDate(ifUnmodifiedSince) !== undefined) return 'If-Unmodified-Since';
  return ifNoneMatch === undefined ? undefined : 'If-None-Match';
}

/** What the client sent in a field. */
export function sentIn(fields: ConditionalFields, field: PreconditionField): string | undefined {
  const sent = {
    'If-Match': fields.ifMatch,
    'If-None-Match': fields.ifNoneMatch,
    'If-Modified-Since': fields.ifModifiedSince,
    'If-Unmodified-Since': fields.ifUnmodifiedSince,
  }[field];
  return sent?.toString();
}
