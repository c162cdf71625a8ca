import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { createDigest } from '../../src/representation/digest.js';
import { revisionText } from '../../src/representation/revision.js';
import type { Revision } from '../../src/representation/revision.js';

const SCOPE = 'GET /users/:id';

/** As a revision comes out of JavaScript, where nobody checks its type. */
function untyped(revision: unknown): () => unknown {
  return () => Reflect.apply(revisionText, undefined, [SCOPE, revision]);
}

describe('revisionText', () => {
  it('has golden digests: a change here changes the tags of every deployed application', () => {
    const text = revisionText(SCOPE, 3);
    expect(text).toBe('revision "GET /users/:id" "3"');
    expect(createDigest()(text)).toBe('a551b7ff41d5bf148d0334ba90a11782');
    expect(createDigest({ secret: 'correct horse battery staple' })(text)).toBe(
      '583221b6ea226daa941206969a2409c9',
    );
  });

  it('is the same for a version as a number, a bigint and a string, as drivers give one column', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (version) => {
        const text = revisionText(SCOPE, version);
        expect(revisionText(SCOPE, BigInt(version))).toBe(text);
        expect(revisionText(SCOPE, String(version))).toBe(text);
      }),
    );
  });

  it('takes a Date by its milliseconds', () => {
    expect(revisionText(SCOPE, new Date(5))).toBe('revision "GET /users/:id" Date 5');
    expect(revisionText(SCOPE, new Date(-5))).toBe('revision "GET /users/:id" Date -5');
  });

  it('knows a Date of another realm', () => {
    expect(revisionText(SCOPE, structuredClone(new Date(5)))).toBe(
      revisionText(SCOPE, new Date(5)),
    );
  });

  it('never takes a Date for a number or a text', () => {
    const texts = [new Date(5), 5, 'Date 5', new Date(5).toISOString(), '5.0'].map((revision) =>
      revisionText(SCOPE, revision),
    );
    expect(new Set(texts).size).toBe(texts.length);
  });

  it('takes fractions, such as seconds of a clock', () => {
    expect(revisionText(SCOPE, 1.5)).toBe('revision "GET /users/:id" "1.5"');
  });

  it('is the same for 0 and -0', () => {
    expect(revisionText(SCOPE, -0)).toBe(revisionText(SCOPE, 0));
  });

  it('differs wherever the scope or the revision does', () => {
    const part = fc.string({ unit: fc.constantFrom('"', ' ', '1', '\\', '\ud800'), minLength: 1 });
    fc.assert(
      fc.property(part, part, part, part, (scope, revision, otherScope, otherRevision) => {
        expect(revisionText(scope, revision) === revisionText(otherScope, otherRevision)).toBe(
          scope === otherScope && revision === otherRevision,
        );
      }),
      { numRuns: 1000 },
    );
  });

  it('escapes lone surrogates, which the digest could not tell apart', () => {
    const digest = createDigest();
    const [one, other] = ['\ud800', '\ud801'] as const;
    expect(digest(revisionText(SCOPE, one))).not.toBe(digest(revisionText(SCOPE, other)));
    expect(digest(revisionText(one, 1))).not.toBe(digest(revisionText(other, 1)));
  });

  it.each<[Revision, string]>([
    ['', 'an empty string'],
    [Number.NaN, 'NaN'],
    [Number.POSITIVE_INFINITY, 'Infinity'],
    [Number.NEGATIVE_INFINITY, '-Infinity'],
    [new Date(Number.NaN), 'an invalid Date'],
  ])('refuses %p, which tells nothing', (revision, what) => {
    expect(() => revisionText(SCOPE, revision)).toThrow(TypeError);
    expect(() => revisionText(SCOPE, revision)).toThrow(
      `The revision of GET /users/:id must be a number, a bigint, a string that is not empty or a valid Date, and is ${what}.`,
    );
  });

  it('refuses a number beyond 2^53, where two versions would share a tag', () => {
    expect(() => revisionText(SCOPE, 2 ** 53)).toThrow(TypeError);
    expect(() => revisionText(SCOPE, -(2 ** 53))).toThrow(
      /and is -9007199254740992, beyond 2\^53 where neighbouring versions are the same number: have the driver return it as a string or a bigint\.$/,
    );
    expect(revisionText(SCOPE, 2 ** 53 - 1)).toContain('"9007199254740991"');
    expect(revisionText(SCOPE, 2n ** 53n + 1n)).toContain('"9007199254740993"');
  });

  it.each<[unknown, RegExp]>([
    [undefined, /and is undefined, so that its column was probably not read\.$/],
    [null, /and is null: give the column a default\.$/],
    [Buffer.from([1]), /and is bytes: write them as text, with toString\('hex'\)\.$/],
    [true, /and is of type boolean\.$/],
    [{}, /and is of type object\.$/],
    [['3'], /and is of type object\.$/],
  ])('refuses %p and says what to do', (revision, message) => {
    expect(untyped(revision)).toThrow(TypeError);
    expect(untyped(revision)).toThrow(message);
  });
});
