/**
 * Whether the method asks for a representation: `GET`, `HEAD` or `QUERY`. Methods are case-sensitive. RFC 9110 §9.1, §9.3,
 * RFC 10008.
 */
export function isRead(method: string): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'QUERY';
}

/**
 * Whether the method selects or modifies a representation, so that preconditions mean something to it.
 * `CONNECT`, `OPTIONS` and `TRACE` do not: a server must ignore conditional fields there. RFC 9110 §13.2.1.
 */
export function involvesRepresentation(method: string): boolean {
  return method !== 'CONNECT' && method !== 'OPTIONS' && method !== 'TRACE';
}
