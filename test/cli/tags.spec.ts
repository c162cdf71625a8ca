import { describe, expect, it } from '@jest/globals';
import { X } from './support/fake-deployment.js';
import { among, gzipping } from './support/findings.js';
import { examined, findingsIn } from './support/nestjs-etag.js';

/** A server that compares no If-Match. */
const ignoring = { compared: () => undefined };

const PROTECT =
  '  - in the application: @ETag() on the controller, @IfMatch() on its PUT and PATCH handlers';

describe('an application without this library', () => {
  it('is told by sending no tag and ignoring If-Match', async () => {
    const { code, output } = await examined({ tag: () => undefined, ...ignoring });
    expect(findingsIn(output)).toEqual([
      [
        'PROBLEM: The application is not protected: it sends no ETag and ignores If-Match (a GET with a stale tag is answered 200). Whoever saves last overwrites what others saved before.',
        PROTECT,
      ].join('\n'),
    ]);
    expect(code).toBe(1);
  });

  it("is told by Express's own tag", async () => {
    const { output, code } = await examined({
      tag: () => 'W/"7-n4nHQM60bXQYySSnisV5QdXpZSA"',
      ...ignoring,
    });
    expect(findingsIn(output)).toEqual([
      [
        'PROBLEM: The ETag is the one that Express adds to every answer. It is weak, so no save can send it in If-Match, and Express never compares If-Match.',
        PROTECT,
      ].join('\n'),
    ]);
    expect(code).toBe(1);
  });
});

describe('a proxy that removes tags', () => {
  it('leaves nothing to save with', async () => {
    const { code, output } = await examined(gzipping(undefined, { fields: { Server: 'envoy' } }));
    expect(findingsIn(output)).toEqual([
      [
        'PROBLEM: Clients that accept gzip receive no ETag: there is no 304, and nothing to send in If-Match.',
        '  One of these mends it:',
        "  - in the application: ETagModule.forRoot({ tagHeader: 'X-Resource-Version' })",
        '  - at Envoy, in the compressor filter: disable_on_etag_header: true',
        '  - in the application, whose compressed answers Envoy leaves alone: app.use(compression()), or with Fastify app.register(fastifyCompress)',
      ].join('\n'),
    ]);
    expect(code).toBe(1);
  });

  it.each([X, `"${X}"`])('leaves the field that repeats them: %s', async (repeated) => {
    const { code, output } = await examined(
      gzipping(undefined, { fields: { 'X-Resource-Version': repeated } }),
    );
    const [finding, ...more] = findingsIn(output);
    expect(finding).toMatch(
      /^note: Clients that accept gzip receive no ETag, so there is no 304\. x-resource-version repeats it: a save can send that field instead of If-Match\.\n/,
    );
    expect(more).toEqual([]);
    expect(code).toBe(0);
  });

  it('is told from an application without tags by the 412 to a stale one', async () => {
    const { output } = await examined({
      tag: () => undefined,
      compared: () => ({ status: 412, content: '{"reason":"changed"}' }),
    });
    expect(findingsIn(output)).toEqual([
      [
        'PROBLEM: No client receives an ETag: there is no 304, and nothing to send in If-Match.',
        "  - in the application: ETagModule.forRoot({ tagHeader: 'X-Resource-Version' })",
      ].join('\n'),
    ]);
  });

  it('cannot be told from one where the answer to a stale one says nothing', async () => {
    const { code, output } = await examined({
      tag: () => undefined,
      compared: () => ({ status: 403 }),
    });
    expect(findingsIn(output)).toEqual([
      [
        'PROBLEM: No client receives an ETag: there is no 304, and nothing to send in If-Match.',
        '  One of these mends it:',
        '  - in the application: @ETag() on the controller or the handler',
        "  - in the application, if it sends an ETag and a proxy removes it: ETagModule.forRoot({ tagHeader: 'X-Resource-Version' })",
      ].join('\n'),
    ]);
    expect(code).toBe(1);
  });
});

describe('a tag', () => {
  it('without quotes is none', async () => {
    const { code, output, arrived } = await examined({ tag: () => X });
    expect(findingsIn(output)).toEqual([
      [
        `PROBLEM: ETag: ${X} is not an entity tag; proxies change or remove it.`,
        `  - in the application: put it in quotes: "${X}"`,
      ].join('\n'),
    ]);
    expect(arrived.map(({ fields }) => fields['if-match'])).not.toContain(X);
    expect(code).toBe(1);
  });

  it('that the server does not find again is downloaded again', async () => {
    const { code, output } = await examined({ knows: () => false });
    expect(findingsIn(output)).toEqual([
      [
        'PROBLEM: All clients download the whole representation again, although they have it: If-None-Match is not answered 304.',
        '  - on the way: let If-None-Match through to the application',
      ].join('\n'),
    ]);
    expect(code).toBe(1);
  });

  it('with a suffix that the server does not know is downloaded again', async () => {
    const { output } = await examined(gzipping(`"${X}-gzip"`, { knows: () => false }));
    const [, again] = findingsIn(output);
    expect(again).toContain('PROBLEM: All clients download');
    const { output: known } = await examined(
      gzipping(`"${X}-gzip"`, { knows: (tag) => tag === `"${X}"` }),
    );
    expect(findingsIn(known)[1]).toBe(
      [
        'PROBLEM: Clients that accept gzip download the whole representation again, although they have it: If-None-Match is not answered 304.',
        "  - in the application: ETagModule.forRoot({ intermediaries: 'recoded' })",
      ].join('\n'),
    );
  });

  it('with a suffix that Traffic Server appends and compares itself needs a line there', async () => {
    const { output } = await examined(
      gzipping(`"${X}-df"`, {
        fields: { Server: 'ATS/9.2.9' },
        knows: (tag) => tag === `"${X}"`,
        compared: (sent) => (sent.startsWith(`"${X}`) ? undefined : { status: 412 }),
      }),
    );
    expect(among(findingsIn(output), 'If-None-Match is not answered 304')).toEqual([
      [
        'PROBLEM: Clients that accept gzip download the whole representation again, although they have it: If-None-Match is not answered 304.',
        '  - at Traffic Server, in the configuration of compress.so, in the section of this host: enabled false',
      ].join('\n'),
    ]);
  });

  it('that comes back with the 304 in another form is noted', async () => {
    const { output } = await examined(
      gzipping(`"${X}-gzip"`, { tagOf304: () => `"${X}"`, compared: () => undefined }),
    );
    expect(findingsIn(output)).toContain(
      'note: Clients that accept gzip get a 304 with another form of the ETag than they sent. Most clients ignore that.',
    );
    expect(output).toContain(`304 as "${X}"`);
  });
});

describe('a page', () => {
  it('is noted, where data was asked for', async () => {
    const sentence =
      'note: The answer is an HTML page: check that this is the URL of the resource.';
    const { output } = await examined({ fields: { 'Content-Type': 'text/html; charset=utf-8' } });
    expect(findingsIn(output)).toContain(sentence);
    expect((await examined({})).output).not.toContain(sentence);
  });
});
