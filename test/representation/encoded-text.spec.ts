import { describe, expect, it } from '@jest/globals';
import { encodedOnce } from '../../src/representation/encoded-text.js';

const filler = 'x'.repeat(10_000);

describe('encodedOnce()', () => {
  it.each([
    ['an empty text', ''],
    ['a short one, whatever it is written in', 'Zoë'],
    ['a long one in ASCII', filler],
    ['a long one that looks like ASCII for long', `${filler}ë`],
  ])('leaves %s a text', (_, text) => {
    expect(encodedOnce(text)).toBe(text);
  });

  it.each([
    ['Latin-1', `ë${filler}`],
    ['other letters', `ł${filler}`],
    ['pairs of surrogates, one of which ends where it looks', `${'x'.repeat(1023)}👍${filler}`],
    ['half a pair', `\ud83d${filler}`],
  ])('makes UTF-8 of a long one with %s', (_, text) => {
    expect(encodedOnce(text)).toEqual(Buffer.from(text, 'utf8'));
  });
});
