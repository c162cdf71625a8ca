import { describe, expect, it } from '@jest/globals';
import { ARTICLE, REFUSED, X } from './support/fake-deployment.js';
import { gzipping, isAnyForm } from './support/findings.js';
import { examined, findingsIn } from './support/nestjs-etag.js';

describe('what the doctor sends', () => {
  it('is GET alone, unless --save is given', async () => {
    const { arrived } = await examined(gzipping(`W/"${X}"`));
    expect(new Set(arrived.map(({ method }) => method))).toEqual(new Set(['GET']));
    expect(arrived.map(({ content }) => content).join('')).toBe('');
    const saved = await examined({}, '--save');
    expect(saved.arrived.filter(({ method }) => method === 'PUT')).toHaveLength(1);
  });

  it('is a read with every content coding, and again with the tag that came and with a stale one', async () => {
    const { arrived } = await examined(gzipping(`W/"${X}"`));
    const reads = arrived.map(({ fields }) => [
      fields['accept-encoding'],
      fields['if-none-match'],
      fields['if-match']?.replace(/^"(?!77bc)[0-9a-f]{32}"$/, 'stale'),
    ]);
    const each = (coding: string, tag: string): unknown[] => [
      [coding, undefined, undefined],
      [coding, tag, undefined],
      [coding, undefined, tag],
      [coding, undefined, 'stale'],
    ];
    expect(reads).toEqual([
      ...each('identity', `"${X}"`),
      ...each('gzip', `W/"${X}"`),
      ...each('br', `"${X}"`),
      ...each('zstd', `"${X}"`),
      ['identity', `"${X};gzip"`, undefined],
    ]);
  });

  it('has another stale tag each time', async () => {
    const { arrived } = await examined({ tag: () => undefined });
    const stale = arrived.flatMap(({ fields }) => fields['if-match'] ?? []);
    expect(stale).toHaveLength(4);
    expect(new Set(stale).size).toBe(4);
  });

  it('asks caches to store no answer to If-Match', async () => {
    const { arrived } = await examined({});
    for (const { fields } of arrived) {
      expect(fields['cache-control']).toBe(
        fields['if-match'] === undefined ? undefined : 'no-store',
      );
    }
  });

  it.each([
    { 'Cache-Control': 'public, max-age=60' },
    { 'Cache-Control': 's-maxage=1' },
    { 'CDN-Cache-Control': 'max-age=60' },
  ])('has no If-Match where a shared cache may store the 412 for others: %j', async (fields) => {
    const { arrived, output } = await examined({ fields });
    expect(arrived.filter((each) => each.fields['if-match'] !== undefined)).toEqual([]);
    expect(output).toContain(
      'note: The doctor could not see whether saves pass: it sent no If-Match, because a shared cache may store',
    );
  });

  it('has If-Match where only the cache of a browser may store it', async () => {
    const { arrived } = await examined({ fields: { 'Cache-Control': 'private, max-age=60' } });
    expect(arrived.filter(({ fields }) => fields['if-match'] !== undefined)).toHaveLength(8);
  });

  it('has the fields of --header, in every request', async () => {
    const fields = ['-H', 'Authorization: Bearer a:b', '--header', 'x-tenant:7', '--save'];
    const { arrived } = await examined({}, ...fields);
    expect(new Set(arrived.map(({ fields: { authorization } }) => authorization))).toEqual(
      new Set(['Bearer a:b']),
    );
    expect(new Set(arrived.map(({ fields: sent }) => sent['x-tenant']))).toEqual(new Set(['7']));
  });
});

describe('what --save sends', () => {
  it('is what GET returned, once, with a tag that no version has', async () => {
    const { arrived } = await examined(gzipping(`W/"${X}"`), '--save');
    const writes = arrived.filter(({ method }) => method !== 'GET');
    expect(writes).toHaveLength(1);
    expect(writes[0]).toMatchObject({ method: 'PUT', content: ARTICLE });
    expect(writes[0]?.fields['content-type']).toBe('application/json; charset=utf-8');
    expect(writes[0]?.fields['if-match']).toMatch(/^"[0-9a-f]{32}"$/);
    expect(writes[0]?.fields['if-match']).not.toContain(X);
  });

  it('is said before it is sent, with the address', async () => {
    const { arrived, output, url } = await examined({}, '--save');
    const sent = arrived.find(({ method }) => method === 'PUT')?.fields['if-match'];
    expect(output).toMatch(/^--save: /);
    expect(output.split('\n').slice(0, 5)).toEqual([
      `--save: sending PUT ${url}`,
      `  If-Match: ${sent} (no version has this tag)`,
      '  Content-Type: application/json; charset=utf-8',
      `  content: what GET returned, ${ARTICLE.length} bytes`,
      '',
    ]);
  });

  it('is an empty PATCH, with --method PATCH', async () => {
    const { arrived, code, output } = await examined({}, '--save', '--method', 'patch');
    expect(arrived.filter(({ method }) => method !== 'GET')).toMatchObject([
      { method: 'PATCH', content: '{}' },
    ]);
    expect(output).toContain('  content: an empty object, 2 bytes');
    expect(code).toBe(0);
  });
});

describe('a healthy deployment', () => {
  it('is one that leaves tags alone', async () => {
    const { code, output } = await examined({});
    expect(findingsIn(output)).toEqual([]);
    expect(output).toContain(
      'Healthy: clients that have the resource get 304, and no proxy on the way breaks saves.\nNothing was written.',
    );
    expect(code).toBe(0);
  });

  it('is said to be one without a reservation, if the write was tried', async () => {
    const { code, output } = await examined({}, '--save');
    expect(output).toMatch(/no proxy on the way breaks saves\.\n$/);
    expect(code).toBe(0);
  });

  it.each([`W/"${X}"`, `"${X}-gzip"`, `"${X}--gzip"`, `"${X};gzip"`, `W/"${X}-gzip"`])(
    'is one whose server accepts what the proxy makes of a tag: %s',
    async (tag) => {
      const compared = (sent: string) => (isAnyForm(sent) ? undefined : REFUSED);
      const { code, output } = await examined(gzipping(tag, { compared }));
      expect(findingsIn(output)).toEqual([]);
      expect(code).toBe(0);
      expect((await examined(gzipping(tag))).code).toBe(1);
    },
  );

  it('is one with weak tags that its server compares weakly', async () => {
    const compared = (sent: string) => (sent === `W/"${X}"` ? undefined : REFUSED);
    const { code } = await examined({ tag: () => `W/"${X}"`, compared });
    expect(code).toBe(0);
  });

  it('is judged by reading alone, with --read-only', async () => {
    const behaviour = gzipping(`W/"${X}"`, { fields: { 'Cache-Control': 'private, max-age=9' } });
    const { code, output } = await examined(behaviour, '--read-only');
    expect(findingsIn(output)).toEqual([]);
    expect(output).toMatch(/Healthy: clients that have the resource get 304\.\n$/);
    expect(code).toBe(0);
    expect((await examined(behaviour)).code).toBe(1);
  });
});

describe('the report', () => {
  it('shows what was sent, what came and what follows', async () => {
    const { output, url } = await examined(
      gzipping(`"${X}-gzip"`, { knows: isAnyForm, fields: { Server: 'Apache' } }),
      '--save',
    );
    expect(output.split('\n').slice(5).join('\n')).toBe(
      [
        url,
        'on the way: Apache',
        '',
        'accepts   receives  ETag                                     on the way      If-None-Match  If-Match     stale If-Match',
        `identity  identity  "${X}"       kept            304            200          412 changed`,
        `gzip      gzip      "${X}-gzip"  -gzip appended  304            412 changed  412 changed`,
        `br        identity  "${X}"       kept            304            200          412 changed`,
        `zstd      identity  "${X}"       kept            304            200          412 changed`,
        '',
        `PUT with a stale If-Match: 412 changed, ETag: "${X}"`,
        'Cache-Control: private, no-cache',
        '',
        'PROBLEM: Clients that accept gzip receive an ETag with a suffix, and saves with it are rejected (412, reason recoded-tag), although nobody else has written.',
        '  One of these mends it:',
        "  - in the application: ETagModule.forRoot({ intermediaries: 'recoded' })",
        '  - at Apache, in the virtual host of the application:',
        '      DeflateAlterETag NoChange',
        '      BrotliAlterETag NoChange',
        '  - in the application, whose compressed answers Apache leaves alone: app.use(compression()), or with Fastify app.register(fastifyCompress)',
        '',
        '1 problem',
        '',
      ].join('\n'),
    );
  });
});
