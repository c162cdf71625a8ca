/** Shorter texts are not worth a buffer of their own. */
const WORTHWHILE = 4096;

/** So much of a text shows what it is written in; to look at all of it would cost as much as is gained. */
const BEGINNING = 1024;

/**
 * A text as it is best hashed and sent: itself, as long as it seems to be ASCII, or else its UTF-8 bytes. V8 hands on
 * an ASCII text as it is, and encodes any other each time that it is measured, hashed or written.
 *
 * Either is the same content: a guess that is wrong costs time and nothing else.
 */
export function encodedOnce(text: string): string | Uint8Array {
  if (text.length < WORTHWHILE) return text;
  return Buffer.byteLength(text.slice(0, BEGINNING)) === BEGINNING ? text : Buffer.from(text);
}
