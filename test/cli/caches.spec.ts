import { describe, expect, it } from '@jest/globals';
import { ARTICLE, X } from './support/fake-deployment.js';
import { among } from './support/findings.js';
import { examined, findingsIn } from './support/nestjs-etag.js';

const ANSWERED = 'PROBLEM: A cache on the way answered instead of the server';

describe('a cache that answers', () => {
  it.each([
    ['Age', '7'],
    ['Cache-Status', '"edge, 1"; hit; ttl=30'],
    ['Cache-Status', 'origin; fwd=stale, edge;hit'],
    ['Cache-Status', 'edge; hit=?1'],
    ['X-Cache', 'HIT from edge'],
    ['X-Cache', 'MISS, HIT'],
    ['X-Cache', 'TCP_MEM_HIT from a1'],
    ['X-Proxy-Cache', 'HIT'],
    ['X-Cache-Status', 'HIT'],
    ['X-Vercel-Cache', 'HIT'],
    ['CDN-Cache', 'HIT'],
    ['CF-Cache-Status', 'HIT'],
    ['X-Varnish', '65542 32771'],
  ])('is a problem for clients that save: %s: %s', async (name, value) => {
    const { code, output } = await examined({ fields: { [name]: value } });
    expect(output).toContain(`${ANSWERED} (${name.toLowerCase()}: ${value}).`);
    expect(code).toBe(1);
  });

  it.each<[Record<string, string>, string]>([
    [
      { 'Cache-Control': 'public' },
      'in the application: Cache-Control: private, no-cache (the default where the handler sets none)',
    ],
    [{ 'Cache-Control': 'private, no-cache' }, 'at the cache: store nothing of this application'],
    [
      { 'Cache-Control': 'no-cache', 'CDN-Cache-Control': 'max-age=60' },
      'in the application, or where this field is added: send no CDN-Cache-Control',
    ],
  ])('is told what it does not know yet: %j', async (fields, line) => {
    const { output } = await examined({ fields: { ...fields, Age: '7' } });
    const [finding] = among(findingsIn(output), ANSWERED);
    expect(finding?.split('\n').slice(1)).toEqual([`  - ${line}`]);
  });

  it('is only noted for a resource that nobody saves', async () => {
    const { code, output } = await examined({ fields: { Age: '7' } }, '--read-only');
    expect(findingsIn(output)).toEqual([
      'note: A cache on the way answered instead of the server (age: 7).',
    ]);
    expect(code).toBe(0);
  });

  it('has probably asked where it had to, which Squid calls a hit as well', async () => {
    const squid = { 'X-Cache': 'HIT from squid', Age: '0' };
    const policy = { 'Cache-Control': 'public, max-age=0, must-revalidate' };
    const { code, output } = await examined({ fields: { ...squid, ...policy } });
    expect(findingsIn(output)).toEqual([
      'note: A cache on the way says that it had the answer, but it must ask the server first, and has probably done so: Squid says this of an answer that the server has confirmed (x-cache: HIT from squid).',
    ]);
    expect(code).toBe(0);
    for (const fields of [
      { ...squid, ...policy, Age: '1' },
      { ...squid, 'Cache-Control': 'max-age=9' },
    ]) {
      expect((await examined({ fields })).output).toContain(ANSWERED);
    }
  });

  it.each([
    ['Age', '0'],
    ['Cache-Status', 'edge; fwd=miss; stored'],
    ['Cache-Status', 'edge; hit=?0'],
    ['Cache-Status', '"a; hit; cache"; fwd=uri-miss'],
    ['X-Cache', 'Miss from cloudfront'],
    ['X-Cache', 'TCP_REFRESH_HIT'],
    ['X-Cache', 'RefreshHit from cloudfront'],
    ['CF-Cache-Status', 'DYNAMIC'],
    ['X-Varnish', '65542'],
    ['X-Architecture', 'hit'],
  ])('is none where it asked: %s: %s', async (name, value) => {
    const { output } = await examined({ fields: { [name]: value } });
    expect(output).not.toContain(ANSWERED);
  });
});

/** A date so many seconds after another one, as HTTP writes it. */
function after(date: string, seconds: number): string {
  return new Date(Date.parse(date) + seconds * 1000).toUTCString();
}

describe('a field that lets caches answer without asking', () => {
  const DATE = 'Sat, 28 Nov 2026 09:00:00 GMT';

  it.each<[Record<string, string>, string]>([
    [
      { 'Cache-Control': 'max-age=60' },
      'Cache-Control: max-age=60 lets caches answer for 60 seconds without asking',
    ],
    [{ 'Cache-Control': 'private, max-age=5' }, 'answer for 5 seconds without asking'],
    [
      { 'Cache-Control': 'public, max-age=0, s-maxage="30"' },
      'answer for 30 seconds without asking',
    ],
    [
      { 'Cache-Control': 'no-cache="Set-Cookie", max-age=9' },
      'answer for 9 seconds without asking',
    ],
    [
      { 'Cache-Control': 'max-age=0, stale-while-revalidate=20' },
      'answer with the old version for 20 seconds while they ask',
    ],
    [
      { 'CDN-Cache-Control': 'max-age=70' },
      'CDN-Cache-Control: max-age=70 lets caches answer for 70',
    ],
    [
      { 'Cloudflare-CDN-Cache-Control': 'max-age=71' },
      'Cloudflare-CDN-Cache-Control: max-age=71 lets caches answer for 71',
    ],
    [
      { 'Surrogate-Control': 'max-age=72, content="ESI/1.0"' },
      'Surrogate-Control: max-age=72, content="ESI/1.0" lets caches answer for 72',
    ],
    [
      { 'Cache-Control': 'private', Date: DATE, Expires: after(DATE, 80) },
      `Expires: ${after(DATE, 80)} lets caches answer for 80 seconds without asking`,
    ],
  ])('is a problem for clients that save: %j', async (fields, sentence) => {
    const { code, output } = await examined({ fields });
    const [finding, ...more] = among(findingsIn(output), 'lets caches answer');
    expect(more).toEqual([]);
    expect(finding).toContain('PROBLEM: ');
    expect(finding).toContain(sentence);
    expect(finding).toContain('after a save, clients may read the old version');
    expect(code).toBe(1);
    expect((await examined({ fields }, '--read-only')).code).toBe(0);
  });

  it.each<[Record<string, string>, string]>([
    [
      { 'Cache-Control': 'max-age=60' },
      '  - in the application: Cache-Control: private, no-cache (the default where the handler sets none)',
    ],
    [
      { 'Cache-Control': 'private', Expires: after(new Date().toUTCString(), 80) },
      '  - in the application: Cache-Control: private, no-cache (the default where the handler sets none)',
    ],
    [
      { 'Surrogate-Control': 'max-age=60' },
      '  - in the application, or where this field is added: send no Surrogate-Control',
    ],
    [
      { 'Cache-Control': 'private, no-cache', 'CDN-Cache-Control': 'max-age=60' },
      '  - in the application, or where this field is added: send no CDN-Cache-Control',
    ],
  ])(
    'is overridden by Cache-Control, or left out where it overrides that: %j',
    async (fields, line) => {
      const { output } = await examined({ fields });
      const [finding] = among(findingsIn(output), 'lets caches answer');
      expect(finding?.split('\n').slice(1)).toEqual([line]);
    },
  );

  it.each<[Record<string, string>]>([
    [{ 'Cache-Control': 'no-cache' }],
    [{ 'Cache-Control': 'private, no-cache, max-age=60' }],
    [{ 'Cache-Control': 'no-store' }],
    [{ 'Cache-Control': 'public, max-age=0, must-revalidate' }],
    [{ 'Cache-Control': 'max-age=0, stale-if-error=60' }],
    [{ 'CDN-Cache-Control': 'no-store' }],
    [{ 'Surrogate-Control': 'no-store, max-age=9' }],
    [{ 'Cache-Control': 'no-cache', Date: DATE, Expires: after(DATE, 80) }],
    [{ 'Cache-Control': 'max-age=0', Date: DATE, Expires: after(DATE, 80) }],
    [{ 'Cache-Control': 'private', Date: DATE, Expires: after(DATE, -80) }],
    [{ 'Cache-Control': 'private', Expires: '0' }],
  ])('is none where they must ask: %j', async (fields) => {
    const { code, output } = await examined({ fields });
    expect([code, among(findingsIn(output), 'lets caches answer')]).toEqual([0, []]);
  });
});

describe('an answer without Cache-Control', () => {
  it('is noted', async () => {
    const { output } = await examined({
      read: { status: 200, fields: { ETag: `"${X}"` }, content: ARTICLE },
    });
    expect(findingsIn(output).at(-1)).toBe(
      [
        'note: There is no Cache-Control: caches decide for themselves, and some give the answer of one person to another.',
        '  - in the application: Cache-Control: private, no-cache (the default where the handler sets none)',
      ].join('\n'),
    );
  });
});
