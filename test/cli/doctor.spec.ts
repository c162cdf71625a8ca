import { describe, expect, it } from '@jest/globals';
import { ARTICLE, X } from './support/fake-deployment.js';
import type { Behaviour } from './support/fake-deployment.js';
import { examined, findingsIn } from './support/nestjs-etag.js';

const REFUSED_NOTE = 'though nobody else has written';

/** A proxy that compresses into gzip and does this to the tag of what it compresses. */
function gzipping(tag: string | undefined, behaviour: Behaviour = {}): Behaviour {
  return {
    coding: (asked) => (asked === 'gzip' ? 'gzip' : undefined),
    tag: (asked) => (asked === 'gzip' ? tag : `"${X}"`),
    ...behaviour,
  };
}

/** Whether a server with `intermediaries: 'recoded'` takes this tag for the current one. */
const anyForm = (tag: string): boolean =>
  /^(W\/)?"[0-9a-f]+((--?|;)\w+)*"$/.test(tag) && tag.includes(X);

describe('a healthy deployment', () => {
  it('is one that leaves tags alone', async () => {
    const { code, output } = await examined({});
    expect(findingsIn(output)).toEqual([]);
    expect(output).toContain('Healthy: who has it already gets 304, and no save is refused');
    expect(code).toBe(0);
  });

  it.each([`W/"${X}"`, `"${X}-gzip"`, `"${X}--gzip"`, `"${X};gzip"`, `W/"${X}-gzip"`])(
    'is one whose server recognises what the proxy makes of a tag: %s',
    async (tag) => {
      const { code, output } = await examined(gzipping(tag, { knows: anyForm }));
      expect(findingsIn(output)).toEqual([]);
      expect(code).toBe(0);
    },
  );

  it.each([
    [`W/"${X}"`, 'weakened'],
    [`W/"${X}"`, 'recoded'],
    [`"${X}-gzip"`, 'recoded'],
  ])(
    'is one that gives out %s, if its operator says that the server accepts the %s',
    async (tag, form) => {
      const { code, output } = await examined(gzipping(tag), '--accepted', form);
      expect(findingsIn(output)).toEqual([]);
      expect(code).toBe(0);
    },
  );

  it('is one with weak tags, if its operator says so', async () => {
    const { code } = await examined({ tag: () => `W/"${X}"` }, '--accepted', 'weakened');
    expect(code).toBe(0);
  });
});

describe('what the doctor asks', () => {
  it('reads with every content coding, and again with the tag that came', async () => {
    const { arrived } = await examined(gzipping(`W/"${X}"`));
    const reads = arrived.filter(({ method }) => method === 'GET').map(({ fields }) => fields);
    expect(reads.map((fields) => [fields['accept-encoding'], fields['if-none-match']])).toEqual([
      ['identity', undefined],
      ['identity', `"${X}"`],
      ['gzip', undefined],
      ['gzip', `W/"${X}"`],
      ['br', undefined],
      ['br', `"${X}"`],
      ['zstd', undefined],
      ['zstd', `"${X}"`],
      ['identity', `"${X};gzip"`],
    ]);
  });

  it('saves what it read, once, with a tag that is stale on purpose', async () => {
    const { arrived } = await examined(gzipping(`W/"${X}"`));
    const writes = arrived.filter(({ method }) => method !== 'GET');
    expect(writes).toHaveLength(1);
    expect(writes[0]?.method).toBe('PUT');
    expect(writes[0]?.content).toBe(ARTICLE);
    expect(writes[0]?.fields['content-type']).toBe('application/json; charset=utf-8');
    expect(writes[0]?.fields['if-match']).toMatch(/^"[0-9a-f]{32}"$/);
    expect(writes[0]?.fields['if-match']).not.toContain(X);
  });

  it('sends If-Match with nothing else, ever', async () => {
    const { arrived } = await examined(gzipping(`"${X}-gzip"`, { knows: anyForm }));
    const conditional = arrived.filter(({ fields }) => fields['if-match'] !== undefined);
    expect(conditional.map(({ method }) => method)).toEqual(['PUT']);
  });

  it('saves with a tag of its own each time', async () => {
    const runs = [await examined({}), await examined({})];
    const sent = runs.flatMap(({ arrived }) =>
      arrived.flatMap(({ fields }) => fields['if-match'] ?? []),
    );
    expect(new Set(sent).size).toBe(2);
  });

  it('sends a PATCH that changes nothing, with --method PATCH', async () => {
    const { arrived, code } = await examined({}, '--method', 'patch');
    expect(arrived.filter(({ method }) => method !== 'GET')).toMatchObject([
      { method: 'PATCH', content: '{}' },
    ]);
    expect(code).toBe(0);
  });

  it('writes nothing at all with --no-save, and says no more than it knows', async () => {
    const { arrived, code, output } = await examined(gzipping(`W/"${X}"`), '--no-save');
    expect(new Set(arrived.map(({ method }) => method))).toEqual(new Set(['GET']));
    expect(findingsIn(output)).toEqual([]);
    expect(output).toContain('Healthy, as far as reading goes');
    expect(code).toBe(0);
  });

  it('sends the fields of --header with every request', async () => {
    const fields = ['-H', 'Authorization: Bearer a:b', '--header', 'x-tenant:7'];
    const { arrived } = await examined({}, ...fields);
    expect(new Set(arrived.map(({ fields: { authorization } }) => authorization))).toEqual(
      new Set(['Bearer a:b']),
    );
    expect(new Set(arrived.map(({ fields: sent }) => sent['x-tenant']))).toEqual(new Set(['7']));
  });
});

describe('a proxy that rewrites tags', () => {
  it('and weakens them is a problem for who saves', async () => {
    const { code, output } = await examined(
      gzipping(`W/"${X}"`, { fields: { Server: 'nginx/1.22.1' } }),
    );
    expect(findingsIn(output)).toEqual([
      [
        `PROBLEM: Who takes gzip gets a weakened tag, and a save with it is refused (412, reason weak-tag), ${REFUSED_NOTE}.`,
        "  here: ETagModule.forRoot({ intermediaries: 'weakened' })",
        '  there, nginx: gzip off; in the location of the application',
        '  or: compress in the application; nginx, Apache and Caddy leave alone what is compressed already',
        '  or, if the server accepts them already, which cannot always be seen from outside: --accepted weakened',
      ].join('\n'),
    ]);
    expect(code).toBe(1);
  });

  it('and appends a suffix is a problem for who saves and for who has it already', async () => {
    const { code, output } = await examined({
      fields: { Server: 'Apache/2.4.71 (Debian)' },
      coding: (asked) => (asked === 'gzip' || asked === 'br' ? asked : undefined),
      tag: (asked) => (asked === 'gzip' || asked === 'br' ? `"${X}-${asked}"` : `"${X}"`),
      knows: (tag) => tag === `"${X}"`,
    });
    const [saving, having, ...more] = findingsIn(output);
    expect(more).toEqual([]);
    expect(saving).toContain('PROBLEM: Who takes gzip or br gets a tag with a suffix');
    expect(saving).toContain("here: ETagModule.forRoot({ intermediaries: 'recoded' })");
    expect(saving).toContain('there, Apache: DeflateAlterETag NoChange, BrotliAlterETag NoChange');
    expect(having).toContain(
      'PROBLEM: Who takes gzip or br and has the representation already gets all of it again',
    );
    expect(having).toContain("here: ETagModule.forRoot({ intermediaries: 'recoded' })");
    expect(output).toContain('2 problems');
    expect(code).toBe(1);
  });

  it('and does both needs the option for both', async () => {
    const { output } = await examined({
      tag: (asked) => ({ gzip: `"${X}-gzip"`, br: `W/"${X}"` })[asked] ?? `"${X}"`,
    });
    const findings = findingsIn(output);
    expect(
      findings.map(
        (finding) => /^PROBLEM: Who takes \w+ gets a \w+ tag|tag with a suffix/.exec(finding)?.[0],
      ),
    ).toEqual(['PROBLEM: Who takes br gets a weakened tag', 'tag with a suffix']);
    for (const finding of findings) expect(finding).toContain("intermediaries: 'recoded'");
  });

  it('and does both to one tag is told from one that makes other tags', async () => {
    const { output } = await examined(gzipping(`W/"${X}-gzip"`));
    expect(output).toContain('weakened, -gzip appended');
  });

  it('and accepts more than it is known to do is a problem no more', async () => {
    const { code } = await examined(gzipping(`"${X}-gzip"`), '--accepted', 'weakened');
    expect(code).toBe(1);
  });

  it('and takes the suffix off If-None-Match alone gives its own form back, which is only noted', async () => {
    const { code, output } = await examined(
      gzipping(`"${X}-gzip"`, { fields: { Via: '1.1 Caddy' }, tagOf304: () => `"${X}"` }),
    );
    const [saving, form, ...more] = findingsIn(output);
    expect(more).toEqual([]);
    expect(saving).toContain(
      String.raw`there, Caddy: request_header If-Match "-(gzip|zstd|br)\"" "\""`,
    );
    expect(form).toMatch(/^note: Who takes gzip gets another form of the tag with a 304/);
    expect(output).toContain(`304 as "${X}"`);
    expect(code).toBe(1);
  });

  it('and weakens every one cannot be told from weak tags of the server', async () => {
    const { code, output } = await examined({
      tag: () => `W/"${X}"`,
      fields: { Via: '1.1 varnish' },
      save: { status: 412, fields: { ETag: `W/"${X}"` } },
    });
    expect(findingsIn(output)).toHaveLength(1);
    expect(output).toContain('PROBLEM: Every tag is weak: the route has @WeakETag(), or a proxy');
    expect(output).toContain('there, Varnish: set beresp.do_gzip = false;');
    expect(code).toBe(1);
  });

  it('and weakens every one is known by the tag of the 412, which is too short to be compressed', async () => {
    const { output } = await examined({ tag: () => `W/"${X}"` });
    expect(output).toContain(
      'PROBLEM: Who takes no compression, gzip, br or zstd gets a weakened tag',
    );
  });

  it.each([
    ['nginx', { Server: 'openresty' }],
    ['Cloudflare', { 'CF-Ray': '8f00' }],
    ['CloudFront', { 'X-Amz-Cf-Id': 'abc' }],
    ['Caddy', { Server: 'Caddy' }],
    ['Varnish', { 'X-Varnish': '2' }],
  ])('and names itself is told how to stop: %s', async (name, fields) => {
    const { output } = await examined(gzipping(`W/"${X}"`, { fields }));
    expect(output).toContain(`on the way: ${name}\n`);
    expect(output).toContain(`there, ${name}: `);
  });
});

describe('a route that is not tagged', () => {
  const OWN = 'W/"7-n4nHQM60bXQYySSnisV5QdXpZSA"';

  it("is told by Express's own tag", async () => {
    const { output, code } = await examined({ tag: () => OWN }, '--no-save');
    expect(findingsIn(output)).toEqual([
      [
        'PROBLEM: The tag is one that Express makes by itself: it is weak, so that no save can name it.',
        '  in the application: @ETag() on the controller or the handler',
      ].join('\n'),
    ]);
    expect(code).toBe(1);
  });

  it('is told where there is no tag at all, whatever the page of a 404 has', async () => {
    const { output } = await examined({
      tag: () => undefined,
      save: { status: 404, fields: { ETag: OWN } },
    });
    expect(output).toContain('  in the application: @ETag() on the controller or the handler');
  });
});

describe('a save that nobody takes', () => {
  it('tells nothing of the tags, though the page of the 404 has one of its own', async () => {
    const { output } = await examined({
      save: { status: 404, fields: { ETag: 'W/"4e-n4nHQM60bXQYySSnisV5QdXpZSA"' } },
    });
    const findings = findingsIn(output);
    expect(findings).toHaveLength(1);
    expect(findings[0]).toContain(
      'PROBLEM: Nothing is known about saves: the PUT was answered 404.',
    );
  });
});

describe('a proxy that removes tags', () => {
  it('leaves nothing to save with', async () => {
    const { code, output } = await examined(gzipping(undefined, { fields: { Server: 'envoy' } }));
    expect(findingsIn(output)).toEqual([
      [
        'PROBLEM: Who takes gzip gets no entity tag: no 304, and nothing to send in If-Match.',
        "  here: ETagModule.forRoot({ tagHeader: 'X-Resource-Version' })",
        '  there, Envoy: disable_on_etag_header: true (or weaken_etag_on_compress) of the compressor',
      ].join('\n'),
    ]);
    expect(code).toBe(1);
  });

  it('leaves the field that repeats them', async () => {
    const { code, output } = await examined(
      gzipping(undefined, { fields: { 'X-Resource-Version': X } }),
    );
    expect(findingsIn(output)).toEqual([
      'note: Who takes gzip gets no entity tag, so there is no 304. x-resource-version repeats it: a save sends that instead of If-Match.',
    ]);
    expect(code).toBe(0);
  });

  it('everywhere is known by the tag of the 412', async () => {
    const { output } = await examined({ tag: () => undefined });
    expect(findingsIn(output)).toEqual([
      [
        'PROBLEM: Nobody gets an entity tag: no 304, and nothing to send in If-Match.',
        "  here: ETagModule.forRoot({ tagHeader: 'X-Resource-Version' })",
      ].join('\n'),
    ]);
  });

  it('cannot be told from a route that has none', async () => {
    const { code, output } = await examined({ tag: () => undefined, save: { status: 412 } });
    expect(findingsIn(output)).toEqual([
      [
        'PROBLEM: Nobody gets an entity tag: no 304, and nothing to send in If-Match.',
        '  in the application: @ETag() on the controller or the handler',
        "  or, if it sends a tag to who asks it past the proxies: ETagModule.forRoot({ tagHeader: 'X-Resource-Version' })",
      ].join('\n'),
    ]);
    expect(code).toBe(1);
  });
});

describe('a tag', () => {
  it('without quotes is none', async () => {
    const { code, output } = await examined({ tag: () => X, save: { status: 412 } });
    expect(findingsIn(output)).toEqual([
      [
        `PROBLEM: ETag: ${X} is no entity tag, and proxies mangle or remove it.`,
        `  in the application: write it with its quotes, as "${X}"`,
      ].join('\n'),
    ]);
    expect(code).toBe(1);
  });

  it('that was made of another one is told from a suffix', async () => {
    const other = 'c5b1d2ac22bb2f5a9fbab5a32554a5d3';
    const { code, output } = await examined(gzipping(`"${other}"`));
    expect(findingsIn(output)).toHaveLength(1);
    expect(output).toContain('PROBLEM: Who takes gzip gets a tag that was made of another');
    expect(code).toBe(1);
  });

  it('that nobody knows again is a problem for who has it already', async () => {
    const { code, output } = await examined({
      knows: () => false,
      fields: { Server: 'nginx' },
    });
    expect(findingsIn(output)).toEqual([
      [
        'PROBLEM: Who takes no compression, gzip, br or zstd and has the representation already gets all of it again, not 304.',
        '  there: let If-None-Match through to the application',
        '  there, nginx: proxy_cache off; in the location of the application',
      ].join('\n'),
    ]);
    expect(code).toBe(1);
  });
});

describe('a save', () => {
  it('that is answered 428 has lost its If-Match', async () => {
    const { code, output } = await examined({ save: { status: 428 } });
    expect(output).toContain(
      'PROBLEM: If-Match does not reach the server: it answered 428 to a PUT that carried it.',
    );
    expect(output).toContain('there: let If-Match through to the application');
    expect(code).toBe(1);
  });

  it('that is carried out was not looked at', async () => {
    const { code, output } = await examined({ save: { status: 200 } });
    expect(output).toContain('PROBLEM: The PUT was carried out (200)');
    expect(output).toContain('in the application: @IfMatch() on the handler of PUT');
    expect(code).toBe(1);
  });

  it.each([
    [401, '--header'],
    [403, '--header'],
    [404, '--method PATCH'],
    [405, '--no-save'],
    [400, '--body'],
    [415, '--body'],
    [502, 'the log'],
  ])(
    'that is answered %i says nothing about tags, but how to ask better: %s',
    async (status, advice) => {
      const { code, output } = await examined({ save: { status } });
      const [finding] = findingsIn(output);
      expect(finding).toContain(
        `PROBLEM: Nothing is known about saves: the PUT was answered ${status}.`,
      );
      expect(finding).toContain(advice);
      expect(code).toBe(1);
    },
  );
});

describe('a cache', () => {
  it.each([
    ['Age', '7'],
    ['X-Cache', 'HIT from edge'],
    ['CF-Cache-Status', 'HIT'],
  ])('that answers is a problem: %s: %s', async (name, value) => {
    const { code, output } = await examined({ fields: { [name]: value } });
    expect(output).toContain(
      `PROBLEM: An answer came from a cache between (${name.toLowerCase()}: ${value})`,
    );
    expect(code).toBe(1);
  });

  it.each([
    ['Age', '0'],
    ['X-Cache', 'Miss from cloudfront'],
    ['CF-Cache-Status', 'DYNAMIC'],
  ])('that asks is none: %s: %s', async (name, value) => {
    const { code } = await examined({ fields: { [name]: value } });
    expect(code).toBe(0);
  });

  it.each([
    ['max-age=60', 60],
    ['private, max-age=5', 5],
    ['public, max-age=0, s-maxage="30"', 30],
  ])('that may answer without asking is a problem for who saves: %s', async (policy, seconds) => {
    const fields = { 'Cache-Control': policy };
    const { code, output } = await examined({ fields });
    expect(output).toContain(
      `PROBLEM: Cache-Control: ${policy} lets caches answer for ${seconds} seconds`,
    );
    expect(output).toContain('here: Cache-Control: private, no-cache');
    expect(code).toBe(1);
    expect((await examined({ fields }, '--no-save')).code).toBe(0);
  });

  it.each([
    'no-cache',
    'private, no-cache, max-age=60',
    'no-store',
    'public, max-age=0, must-revalidate',
  ])('that has to ask is none: %s', async (policy) => {
    const { code } = await examined({ fields: { 'Cache-Control': policy } });
    expect(code).toBe(0);
  });

  it('that is told nothing decides by itself, which is noted', async () => {
    const { code, output } = await examined({
      read: { status: 200, fields: { ETag: `"${X}"` }, content: ARTICLE },
    });
    expect(output).toContain('note: No Cache-Control: caches decide by themselves');
    expect(code).toBe(1);
  });
});

describe('the report', () => {
  it('shows what was sent, what came and what follows', async () => {
    const { output, url, arrived } = await examined(
      gzipping(`"${X}-gzip"`, { knows: anyForm, fields: { Server: 'Apache' } }),
    );
    const stale = arrived.find(({ method }) => method === 'PUT')?.fields['if-match'];
    expect(output).toBe(
      [
        url,
        'on the way: Apache',
        '',
        'takes     gets      entity tag                               on the way      If-None-Match',
        `identity  identity  "${X}"       kept            304`,
        `gzip      gzip      "${X}-gzip"  -gzip appended  304`,
        `br        identity  "${X}"       kept            304`,
        `zstd      identity  "${X}"       kept            304`,
        '',
        `PUT with If-Match: ${stale}, stale on purpose: 412, reason changed, ETag: "${X}"`,
        'Cache-Control: private, no-cache',
        '',
        'Healthy: who has it already gets 304, and no save is refused because of what is between.',
        '',
      ].join('\n'),
    );
  });
});
