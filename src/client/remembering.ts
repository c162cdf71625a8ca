import type { Connection } from './connection.js';
import type { Representation } from './representation.js';
import { absoluteUrl } from './url.js';

/** Takes over a representation that came another way. See `ETagClient.remember`. */
export function remember(
  { memory, baseUrl }: Connection,
  { url, etag, body }: Representation,
): void {
  const text = body === undefined ? undefined : JSON.stringify(body);
  const known = etag ? { etag, text } : 'untagged';
  memory.learn(absoluteUrl(url, baseUrl), known, memory.now());
}

/** Forgets the tag of `url`. See `ETagClient.forget`. */
export function forget({ memory, baseUrl }: Connection, url: string | URL): void {
  memory.learn(absoluteUrl(url, baseUrl), 'unread', memory.now());
}
