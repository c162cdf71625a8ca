import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { createDigest } from '../../src/representation/digest.js';

const SHAUN = '{"name":"Shaun","age":27}';
const anyText = fc.string({ unit: 'binary' });
const SECRET = 'correct horse battery staple';

describe('createDigest', () => {
  describe('golden digests: a change here changes the tags of every deployed application', () => {
    const digest = createDigest();
    const keyed = createDigest({ secret: SECRET });

    it.each([
      ['a JSON text', SHAUN, '77bc43ac22bb2f5a9fbab5a32554a5d3'],
      ['the empty text', '', 'e3b0c44298fc1c149afbf4c8996fb924'],
      ['text beyond ASCII', '{"name":"Zoë 🦊 東京"}', '9c56b9debbc5f4c206ee6f08d88c684b'],
    ])('%s', (_, content, expected) => {
      expect(digest(content)).toBe(expected);
    });

    it.each([
      ['a JSON text', SHAUN, 'f831bf59f30a4a25fcbb5cfe56a0bac4'],
      ['the empty text', '', '101408a980bd2fd8511425e0f883ff9d'],
      ['text beyond ASCII', '{"name":"Zoë 🦊 東京"}', '7a1bdeaaf0c8257346ea42b8cff4995e'],
    ])('%s, with a secret', (_, content, expected) => {
      expect(keyed(content)).toBe(expected);
    });

    it('SHA-512', () => {
      expect(createDigest({ algorithm: 'sha512' })(SHAUN)).toBe('f5d260c16f1258996fbbc2ea1e0285ca');
    });
  });

  it('is what sha256sum begins with', () => {
    const digest = createDigest();
    fc.assert(
      fc.property(anyText, (content) => {
        const sum = createHash('sha256').update(content).digest('hex');
        expect(sum.startsWith(digest(content))).toBe(true);
      }),
    );
  });

  it('is what the HMAC of the content begins with, where there is a secret', () => {
    fc.assert(
      fc.property(anyText.filter(Boolean), anyText, (secret, content) => {
        const code = createHmac('sha256', secret).update(content).digest('hex');
        expect(code.startsWith(createDigest({ secret })(content))).toBe(true);
      }),
    );
  });

  it.each(['sha256', 'sha384', 'sha512', 'sha3-256', 'blake2b512', 'SHA256'])(
    'gives 32 lower-case hex digits with %s, with a secret or without',
    (algorithm) => {
      expect(createDigest({ algorithm })(SHAUN)).toMatch(/^[0-9a-f]{32}$/);
      expect(createDigest({ algorithm, secret: SECRET })(SHAUN)).toMatch(/^[0-9a-f]{32}$/);
    },
  );

  it('gives text and its UTF-8 bytes the same digest', () => {
    const bytes = new TextEncoder().encode('naïve 🦊');
    for (const digest of [createDigest(), createDigest({ secret: SECRET })]) {
      expect(digest(bytes)).toBe(digest('naïve 🦊'));
      expect(digest(Buffer.from(bytes))).toBe(digest('naïve 🦊'));
    }
  });

  it('digests the bytes of a view and not the buffer that they lie in', () => {
    const buffer = new TextEncoder().encode(`xx${SHAUN}xx`);
    expect(createDigest()(buffer.subarray(2, -2))).toBe('77bc43ac22bb2f5a9fbab5a32554a5d3');
  });

  it('gives another digest for another secret', () => {
    const digests = [{}, { secret: 'a' }, { secret: 'b' }].map((options) =>
      createDigest(options)(SHAUN),
    );
    expect(new Set(digests).size).toBe(3);
  });

  it('takes a secret as text or as bytes', () => {
    const bytes = new TextEncoder().encode(SECRET);
    expect(createDigest({ secret: bytes })(SHAUN)).toBe(createDigest({ secret: SECRET })(SHAUN));
  });

  it('keeps the secret that it was given, whatever happens to the bytes later', () => {
    const bytes = new TextEncoder().encode(SECRET);
    const digest = createDigest({ secret: bytes });
    bytes.fill(0);
    expect(digest(SHAUN)).toBe('f831bf59f30a4a25fcbb5cfe56a0bac4');
  });

  it.each([
    'md5',
    'MD5',
    'sha1',
    'SHA-1',
    'RSA-MD5',
    'RSA-SHA1',
    'RSA-SHA1-2',
    'md5-sha1',
    'ssl3-md5',
  ])('refuses %s because contents with the same digest can be made', (algorithm) => {
    expect(() => createDigest({ algorithm })).toThrow(TypeError);
    expect(() => createDigest({ algorithm })).toThrow(
      `The algorithm '${algorithm}' is broken: two different contents with the same digest can be made, and would share a tag. Use 'sha256' (the default)`,
    );
  });

  it.each(['fnv1a', 'xxhash64', 'crc32', '', 'sha257'])(
    'refuses %j, which Node does not know, and names some that it does',
    (algorithm) => {
      expect(() => createDigest({ algorithm })).toThrow(TypeError);
      expect(() => createDigest({ algorithm })).toThrow(
        `Node knows no hash function '${algorithm}' of at least 128 bits. Use 'sha256' (the default), 'sha384', 'sha512', 'sha3-256' or 'blake2b512'.`,
      );
    },
  );

  it('refuses the functions that have no length of their own', () => {
    expect(() => createDigest({ algorithm: 'shake256' })).toThrow(
      /^The algorithm 'shake256' has no length of its own\. Use 'sha256'/,
    );
  });

  it.each<[string, unknown]>([
    ['number', 256],
    ['function', (content: string) => content],
  ])('refuses an algorithm that is a %s and not a name', (kind, algorithm) => {
    const options: object = { algorithm };
    expect(() => createDigest(options)).toThrow(
      `The algorithm of the digest must be the name of a hash function, not ${kind}.`,
    );
  });

  it.each([[''], [new Uint8Array(0)]])('refuses the empty secret %j', (secret) => {
    expect(() => createDigest({ secret })).toThrow(TypeError);
    expect(() => createDigest({ secret })).toThrow(
      /^The secret of the digest is empty, so it would hide nothing: give it at least 16 random bytes/,
    );
  });

  it.each([
    [null, 'null'],
    [42, 'number'],
    [{}, 'object'],
  ])('refuses the secret %j', (secret, kind) => {
    const options: object = { secret };
    expect(() => createDigest(options)).toThrow(
      `The secret of the digest must be a string or a Uint8Array, not ${kind}.`,
    );
  });

  it('refuses an algorithm when the digest is made, with a secret too', () => {
    expect(() => createDigest({ algorithm: 'md5', secret: SECRET })).toThrow(/broken/);
  });
});
