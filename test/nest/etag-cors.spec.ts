import { describe, expect, it } from '@jest/globals';
import { ETAG_CORS, etagCors } from '../../src/index.js';

const METHODS = ['GET', 'HEAD', 'PUT', 'PATCH', 'POST', 'DELETE'];

describe('etagCors()', () => {
  it('lets pages read the tag, and send it back with a write', () => {
    expect(etagCors()).toEqual({
      methods: METHODS,
      allowedHeaders: [
        'Authorization',
        'Content-Type',
        'If-Match',
        'If-None-Match',
        'If-Modified-Since',
        'If-Unmodified-Since',
      ],
      exposedHeaders: ['ETag', 'Location', 'Content-Location'],
    });
  });

  it('leaves all other options as they are', () => {
    const origin = /\.example\.com$/;
    const { credentials, maxAge, ...rest } = etagCors({ origin, credentials: true, maxAge: 600 });
    expect([credentials, maxAge, rest.origin]).toEqual([true, 600, origin]);
  });

  it.each([
    ['a list', ['X-Total-Count', 'etag']],
    ['a line', 'X-Total-Count , etag,'],
  ])('adds its header fields to those of %s, each once', (_, names) => {
    const cors = etagCors({ allowedHeaders: names, exposedHeaders: names });
    expect(cors.exposedHeaders).toEqual(['ETag', 'Location', 'Content-Location', 'X-Total-Count']);
    expect(cors.allowedHeaders.slice(6)).toEqual(['X-Total-Count', 'etag']);
  });

  it('takes the methods as they are given', () => {
    expect(etagCors({ methods: ['GET', 'PUT'] }).methods).toEqual(['GET', 'PUT']);
    expect(etagCors({ methods: 'GET,PUT' }).methods).toEqual(['GET', 'PUT']);
  });

  it('exposes and allows the tag header, and leaves the option out', () => {
    const cors = etagCors({ tagHeader: 'X-Resource-Version' });
    expect(cors.exposedHeaders).toContain('X-Resource-Version');
    expect(cors.allowedHeaders).toContain('X-Resource-Version');
    expect(cors).not.toHaveProperty('tagHeader');
  });

  it('takes undefined for not given', () => {
    const given = { methods: undefined, allowedHeaders: undefined, tagHeader: undefined };
    expect(etagCors(given as object)).toEqual(etagCors());
  });

  it('changes nothing of what it is given', () => {
    const given = Object.freeze({ exposedHeaders: Object.freeze(['X-Total-Count']) });
    expect(() => etagCors(given)).not.toThrow();
  });

  it.each<[string, unknown, string]>([
    ['a function', () => ({}), 'enableCors((request, done) => done(null, etagCors({ … })))'],
    ['null', null, 'takes an object of options, as enableCors() does, not null'],
    ['true', true, 'not true'],
    ['a list', ['X-A'], "not ['X-A']"],
    ['a promise', Promise.resolve({}), 'not a promise'],
    ['a Map', new Map(), 'not an object of the class Map'],
    ['a list that is none', { exposedHeaders: true }, "option 'exposedHeaders' must be a list"],
    ['names that are none', { allowedHeaders: [1] }, "option 'allowedHeaders' must be a list"],
  ])('says what to write instead of %s', (_, options, sentence) => {
    expect(() => etagCors(options as object)).toThrow(sentence);
    expect(() => etagCors(options as object)).toThrow(TypeError);
  });
});

describe('ETAG_CORS', () => {
  it('is etagCors() without options', () => {
    expect(ETAG_CORS).toEqual(etagCors());
  });

  it('cannot be changed by one who imports it for all others', () => {
    expect(() => ETAG_CORS.allowedHeaders.push('X-Mine')).toThrow(TypeError);
    expect(() => Object.assign(ETAG_CORS, { origin: '*' })).toThrow(TypeError);
  });
});
