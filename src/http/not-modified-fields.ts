/**
 * Fields that speak of content, in lower case.
 *
 * Named one by one, for the prefix `Content-` proves nothing: `Content-Security-Policy` guards the page, and
 * `Content-Location` is one of those that a 304 must repeat.
 */
export const CONTENT_FIELDS: readonly string[] = [
  // Representation metadata, RFC 9110 §8, §14.4, RFC 6266. The cache keeps its own from the 200.
  'content-type',
  'content-encoding',
  'content-language',
  'content-length',
  'content-range',
  'content-disposition',
  // Digests: of the content, which a 304 has not, or of the representation (RFC 9530, and what came before it).
  'content-digest',
  'repr-digest',
  'digest',
  'content-md5',
  // Framing of content, RFC 9110 §6.5, RFC 9112 §6.1. Node even refuses a Trailer field where nothing is chunked.
  'transfer-encoding',
  'trailer',
];

const contentFields: ReadonlySet<string> = new Set(CONTENT_FIELDS);

/**
 * Whether a response field describes content, so that a `304 Not Modified` drops what a `200` would have sent of it.
 *
 * A 304 must repeat `Cache-Control`, `Content-Location`, `Date`, `ETag`, `Expires` and `Vary`, and should send no other
 * *representation metadata*, unless it guides a cache as `Last-Modified` does. Fields that are no representation
 * metadata (CORS, cookies, request ids, security policies) are of this response and stay: a list of what may stay
 * would take them away. RFC 9110 §15.4.5.
 *
 * @example
 * describesContent('Content-Type');     // true
 * describesContent('Content-Location'); // false
 */
export function describesContent(fieldName: string): boolean {
  return contentFields.has(fieldName.toLowerCase());
}
