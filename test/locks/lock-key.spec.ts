import { describe, expect, it } from '@jest/globals';
import { lockName, lockNumber } from '../../src/nest/locks/lock-key.js';

describe('the names of locks on a server', () => {
  // Instances of two versions run side by side during a deployment: these must never change.
  it('are the same everywhere and for ever', () => {
    expect(lockNumber('nestjs-etag', 'articles/1')).toBe(4692223493588572337n);
    expect(lockName('nestjs-etag', 'articles/1')).toBe(
      '411e20682e16d8b11fb924b2b78dbb989113100afc021ee6274f496166cb5361',
    );
  });

  it('are signed 64-bit integers for PostgreSQL, and 64 characters for MySQL', () => {
    const keys = Array.from({ length: 1000 }, (_, index) => `articles/${index}`);
    const numbers = keys.map((key) => lockNumber('p', key));
    expect(new Set(numbers).size).toBe(1000);
    expect(numbers.every((each) => BigInt.asIntN(64, each) === each)).toBe(true);
    expect([true, false].map((sign) => numbers.some((each) => each < 0n === sign))).toEqual([
      true,
      true,
    ]);
    expect(keys.every((key) => /^[0-9a-f]{64}$/.test(lockName('p', key)))).toBe(true);
  });

  it.each<[string, [string, string], [string, string]]>([
    ['prefix', ['a', 'key'], ['b', 'key']],
    ['border between prefix and key', ['ab', 'c'], ['a', 'bc']],
    ['case', ['p', 'A'], ['p', 'a']],
    ['lone surrogate', ['p', '\uD800'], ['p', '\uD801']],
    ['digits in the prefix', ['1 a', 'b'], ['1', ' ab']],
  ])('differ by %s', (_, one, other) => {
    expect(lockName(...one)).not.toBe(lockName(...other));
    expect(lockNumber(...one)).not.toBe(lockNumber(...other));
  });
});
