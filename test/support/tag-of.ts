import { createHash } from 'node:crypto';

/** The strong tag of a text or of bytes that are sent, as anybody can make it: the first 32 digits of its SHA-256. */
export function tagOf(text: string | Uint8Array): string {
  return `"${createHash('sha256').update(text).digest('hex').slice(0, 32)}"`;
}
