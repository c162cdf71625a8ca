import { describe, expect, it } from '@jest/globals';
import { REFUSED, X } from './support/fake-deployment.js';
import type { Reply } from './support/fake-deployment.js';
import { among, gzipping } from './support/findings.js';
import { examined, findingsIn } from './support/nestjs-etag.js';

const REJECTED = 'although nobody else has written.';

describe('a save with the tag that a client received', () => {
  it('is rejected where a proxy weakens it, and the report says what to write', async () => {
    const { code, output } = await examined(
      gzipping(`W/"${X}"`, { fields: { Server: 'nginx/1.22.1' } }),
    );
    expect(findingsIn(output)).toEqual([
      [
        `PROBLEM: Clients that accept gzip receive a weakened ETag, and saves with it are rejected (412, reason weak-tag), ${REJECTED}`,
        '  One of these mends it:',
        "  - in the application: ETagModule.forRoot({ intermediaries: 'weakened' })",
        '  - at nginx, in the location of the application: gzip off;',
        '  - in the application, whose compressed answers nginx leaves alone: app.use(compression()), or with Fastify app.register(fastifyCompress)',
      ].join('\n'),
    ]);
    expect(code).toBe(1);
  });

  it('is rejected where nginx weakens it for brotli as well, which has a directive of its own', async () => {
    const { output } = await examined({
      fields: { Server: 'nginx' },
      coding: (asked) => (asked === 'identity' ? undefined : asked),
      tag: (asked) => (asked === 'identity' ? `"${X}"` : `W/"${X}"`),
    });
    expect(output).toContain(': gzip off; brotli off; zstd off;\n');
  });

  it('is rejected where a proxy appends a suffix', async () => {
    const { output } = await examined(gzipping(`"${X}-gzip"`));
    expect(findingsIn(output)[0]).toContain(
      'PROBLEM: Clients that accept gzip receive an ETag with a suffix, and saves with it are rejected (412, reason recoded-tag)',
    );
  });

  it('needs one option where one proxy weakens and another appends', async () => {
    const { output } = await examined({
      tag: (asked) => ({ gzip: `"${X}-gzip"`, br: `W/"${X}"` })[asked] ?? `"${X}"`,
    });
    const findings = findingsIn(output);
    expect(findings).toHaveLength(2);
    expect(among(findings, "intermediaries: 'recoded'")).toEqual(findings);
  });

  it('shows both where both happen to one tag', async () => {
    const { output } = await examined(gzipping(`W/"${X}-gzip"`));
    expect(output).toContain('weakened, -gzip appended');
  });

  it('is known to be rejected for a weakened tag by the tag of the 412, which is not compressed', async () => {
    const { output } = await examined({ tag: () => `W/"${X}"` });
    expect(findingsIn(output)[0]).toContain(
      'PROBLEM: All clients receive a weakened ETag, and saves with it are rejected',
    );
  });

  it('is rejected for a weak tag, whoever made it weak', async () => {
    const compared = (): Reply => ({ ...REFUSED, fields: { ETag: `W/"${X}"` } });
    const { output } = await examined({ tag: () => `W/"${X}"`, compared });
    const [finding] = findingsIn(output);
    expect(finding).toContain('PROBLEM: Every ETag is weak, so saves with it are rejected');
    expect(finding).toContain("if the route makes weak tags: @IfMatch({ comparison: 'weak' })");
    expect(finding).toContain("ETagModule.forRoot({ intermediaries: 'weakened' })");
  });

  it('is rejected where GET makes another tag each time', async () => {
    let made = 0;
    const { output, code } = await examined({
      tag: () => `"${(made++).toString(16).padStart(32, '0')}"`,
      compared: () => REFUSED,
      knows: () => false,
    });
    expect(output).toContain(
      'receive an ETag that the next request does not find current, so saves with it are rejected (412, reason changed)',
    );
    expect(code).toBe(1);
  });

  it('passes where a line of the proxy takes the suffix away again, and nothing is reported', async () => {
    const compared = (sent: string) =>
      sent.replace('-gzip"', '"') === `"${X}"` ? undefined : REFUSED;
    const fields = { Server: 'Apache' };
    const { code, output } = await examined(gzipping(`"${X}-gzip"`, { compared, fields }));
    expect(findingsIn(output)).toEqual([]);
    expect(code).toBe(0);
  });
});

describe('to compress in the application', () => {
  const HELPS = 'in the application, whose compressed answers';

  it('is advised where no proxy names itself, with its exceptions, and HAProxy with its directives', async () => {
    const { output } = await examined(gzipping(`W/"${X}"`));
    expect(output).toContain(
      '  - at HAProxy (which does not name itself), in the backend of the application: remove: compression algo, compression type, compression offload\n',
    );
    expect(output).toContain(
      `${HELPS} most proxies leave alone (HAProxy only without compression offload, Varnish never): `,
    );
  });

  it('is not advised where the application does so, but HAProxy hides it from it', async () => {
    const { output } = await examined({
      coding: (asked) => (['gzip', 'br'].includes(asked) ? asked : undefined),
      tag: (asked) => (asked === 'gzip' ? `W/"${X}"` : `"${X}"`),
    });
    expect(output).toContain('in the backend of the application: remove: compression offload\n');
    expect(output).not.toContain(HELPS);
  });

  it('is not advised before Varnish', async () => {
    const { output } = await examined(
      gzipping(`W/"${X}"`, { fields: { 'X-Varnish': '2' }, compared: () => undefined }),
    );
    expect(output).toContain('at Varnish, in vcl_backend_response: set beresp.do_gzip = false;');
    expect(output).not.toContain(HELPS);
  });

  it('is what Varnish must be told where the application does so', async () => {
    const { output } = await examined({
      coding: (asked) => (asked === 'gzip' ? 'gzip' : undefined),
      tag: (asked) => (asked === 'gzip' ? `"${X}"` : `W/"${X}"`),
      fields: { 'X-Varnish': '2' },
      compared: () => undefined,
    });
    expect(output).toContain('at Varnish, on its command line: varnishd -p http_gzip_support=off');
    expect(output).not.toContain(HELPS);
  });

  it('is not advised for clients that get nothing compressed', async () => {
    const { output } = await examined({ tag: () => `W/"${X}"` });
    expect(output).not.toContain(HELPS);
  });
});

describe('a proxy that names itself', () => {
  it.each([
    ['nginx', { Server: 'openresty' }],
    ['Apache', { Server: 'Apache/2.4.71 (Debian)' }],
    ['Cloudflare', { 'CF-Ray': '8f00' }],
    ['CloudFront', { 'X-Amz-Cf-Id': 'abc' }],
    ['Caddy', { Via: '1.1 Caddy' }],
    ['Varnish', { 'X-Varnish': '2' }],
    ['Traffic Server', { Server: 'ATS/9.2.9' }],
  ])('is told how to stop: %s', async (name, fields) => {
    const { output } = await examined(gzipping(`W/"${X}"`, { fields }));
    expect(output).toContain(`on the way: ${name}\n`);
    expect(output).toContain(`  - at ${name}, `);
  });
});

describe('the doctor, where GET does not show whether saves pass,', () => {
  const ignored = { compared: () => undefined };

  it('calls it a problem because nothing compares If-Match', async () => {
    const { code, output } = await examined(ignored);
    expect(findingsIn(output)).toEqual([
      [
        'PROBLEM: If-Match is ignored: a GET with a stale tag is answered 200. Either the application does not compare it, so that whoever saves last overwrites what others saved before, or something on the way removes it.',
        '  One of these mends it:',
        '  - in the application: @ETag() on the controller, @IfMatch() on its PUT and PATCH handlers',
        '  - on the way: let If-Match through to the application',
        '  - to learn which of them it is, by a write: --save',
      ].join('\n'),
    ]);
    expect(code).toBe(1);
  });

  it('is content with a write that is refused', async () => {
    const { code, output } = await examined(ignored, '--save');
    expect(findingsIn(output)).toEqual([
      'note: The doctor could not see whether saves pass: nothing compares If-Match of a GET. What it says about saves follows from the ETags alone.',
    ]);
    expect(output).toContain('No problem found, but not every save could be seen.');
    expect(code).toBe(0);
  });

  it.each<[string, object]>([
    ['Varnish removes If-Match', { ...ignored, fields: { 'X-Varnish': '2' } }],
    ['nginx removes If-Match', { ...ignored, fields: { Server: 'nginx' }, knows: () => false }],
    [
      'something on the way answers a GET with If-Match by itself',
      { compared: () => ({ status: 412, content: '' }) },
    ],
    [
      'something on the way answers a GET with If-Match by itself',
      {
        compared: () => ({
          status: 412,
          fields: { 'Content-Type': 'text/html' },
          content: '<h1>412 Precondition Failed</h1>',
        }),
      },
    ],
    ['a cache answers instead of the server', { ...ignored, fields: { 'X-Cache': 'HIT' } }],
  ])('says so because %s', async (why, behaviour) => {
    const { output } = await examined(behaviour);
    const [finding] = among(findingsIn(output), 'could not see whether saves pass');
    expect(finding).toContain(why);
    expect(finding).toContain(
      '  - to learn whether If-Match reaches the application, by a write: --save',
    );
  });

  it('says which other answer came', async () => {
    const { code, output } = await examined({ compared: () => ({ status: 403 }) });
    expect(findingsIn(output)[0]).toContain(
      'PROBLEM: A GET with If-Match is answered 403, and without it 200, so the doctor cannot see whether saves pass.',
    );
    expect(code).toBe(1);
  });

  it('concludes from the tags, and asks which of them the server accepts', async () => {
    const hidden = gzipping(`W/"${X}"`, { ...ignored, fields: { 'X-Varnish': '2' } });
    const { code, output } = await examined(hidden);
    expect(output).toContain('PROBLEM: Clients that accept gzip receive a weakened ETag');
    expect(output).toContain(
      '  - for the doctor, if the application has this option already: --accepted weakened',
    );
    expect(code).toBe(1);
    for (const form of ['weakened', 'recoded']) {
      expect((await examined(hidden, '--accepted', form)).code).toBe(0);
    }
    const suffixed = gzipping(`"${X}-gzip"`, { ...ignored, fields: { 'X-Varnish': '2' } });
    expect((await examined(suffixed, '--accepted', 'weakened')).code).toBe(1);
    expect((await examined(suffixed, '--accepted', 'recoded')).code).toBe(0);
  });

  it('concludes from a suffix that only the server can know', async () => {
    const knows = (tag: string): boolean => tag.includes(X);
    const hidden = { ...ignored, knows, fields: { 'X-Varnish': '2' } };
    expect((await examined(gzipping(`"${X}-gzip"`, hidden))).code).toBe(0);
  });

  it('is not misled by --accepted where GET does show it', async () => {
    expect((await examined(gzipping(`W/"${X}"`), '--accepted', 'weakened')).code).toBe(1);
  });
});

describe('the write of --save', () => {
  it('that is answered 428 has lost its If-Match', async () => {
    const { code, output } = await examined({ save: { status: 428 } }, '--save');
    expect(findingsIn(output)).toEqual([
      [
        'PROBLEM: If-Match does not reach the server: it answered 428 to a PUT that carried it.',
        '  One of these mends it:',
        '  - on the way: let If-Match through to the application',
        "  - in the application, for clients that send this field instead: ETagModule.forRoot({ tagHeader: 'X-Resource-Version' })",
      ].join('\n'),
    ]);
    expect(code).toBe(1);
  });

  it('that is carried out was compared by nothing', async () => {
    const { code, output } = await examined({ save: { status: 200 } }, '--save');
    expect(findingsIn(output)).toEqual([
      [
        'PROBLEM: The PUT was carried out (200), although its If-Match names a version that never existed. Nothing compares If-Match, so whoever saves last overwrites what others saved before.',
        '  - in the application: @IfMatch() on the PUT handler',
      ].join('\n'),
    ]);
    expect(code).toBe(1);
  });

  it('that is refused by another status is known by its reason', async () => {
    const save = { status: 409, content: '{"reason":"changed"}' };
    expect((await examined({ save }, '--save')).code).toBe(0);
    expect((await examined({ save: { status: 409, content: '{}' } }, '--save')).code).toBe(1);
  });

  it.each([
    [401, '--header'],
    [403, '--header'],
    [404, '--method PATCH'],
    [405, '--method PATCH'],
    [400, '--body'],
    [415, '--body'],
    [502, 'its log says why it answers 502'],
  ])('that is answered %i shows nothing, but how to ask better: %s', async (status, advice) => {
    const fields = { ETag: 'W/"4e-n4nHQM60bXQYySSnisV5QdXpZSA"' };
    const { code, output } = await examined({ save: { status, fields } }, '--save');
    const [finding, ...more] = findingsIn(output);
    expect(finding).toContain(
      `PROBLEM: The PUT was answered ${status}, which does not show whether it compares If-Match.`,
    );
    expect(finding).toContain(advice);
    expect([code, more]).toEqual([1, []]);
  });
});
