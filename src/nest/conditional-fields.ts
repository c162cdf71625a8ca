import type { IncomingHttpHeaders } from 'node:http';
import type { ConditionalFields, PreconditionField } from '../http/preconditions.js';

/** The conditional fields of a request. RFC 9110 §13.1. */
export function conditionalFieldsOf(headers: IncomingHttpHeaders): ConditionalFields {
  return {
    ifMatch: headers['if-match'],
    ifNoneMatch: headers['if-none-match'],
    ifModifiedSince: headers['if-modified-since'],
    ifUnmodifiedSince: headers['if-unmodified-since'],
  };
}

/** The field that a write depends on: the first that counts (RFC 9110 §13.2.2). */
export function decidingField(fields: ConditionalFields): PreconditionField | undefined {
  if (fields.ifMatch !== undefined) return 'If-Match';
  if (fields.ifUnmodifiedSince !== undefined) return 'If-Unmodified-Since';
  return fields.ifNoneMatch === undefined ? undefined : 'If-None-Match';
}
