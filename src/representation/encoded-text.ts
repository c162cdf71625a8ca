/** Shorter texts are not worth a buffer of their own, and a longer one shows in its first part what it is written in. */
const PART = 4096;

/**
 * A text as it is best hashed and sent: itself, as long as it seems to be ASCII, or else its UTF-8 bytes. V8 hands on
 * an ASCII text as it is, and encodes any other each time that it is measured, hashed or written.
 *
 * Either is the same content: a guess that is wrong costs time and nothing else.
 */
export function encodedOnce(text: string): string | Uint8Array {
  if (text.length < PART) return text;
  return Buffer.byteLength(text.slice(0, PART)) === PART ? text : Buffer.from(text);
}
