import { gunzipSync } from 'node:zlib';
import { expect, it } from '@jest/globals';
import type { RawResponse } from '../../support/raw-request.js';
import type { Running } from './running.js';

/** Where the guarded resource is and how it is written, where that is not as in `apps/notes.ts`. */
export interface ContractOptions {
  readonly path?: (id: number) => string;
  readonly method?: 'PUT' | 'PATCH';
  readonly body?: (title: string) => object;
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly writers?: number;
  /** Lines of the log that are as they should be. */
  readonly expected?: RegExp;
  /** Whether `apps/notes.ts` is served, with its resource that nobody guards. */
  readonly unguarded?: boolean;
}

const STRONG_TAG = /^"[0-9a-f]{32}"$/;
/** Warnings and errors of Nest's own logger and of pino. */
export const COMPLAINT = /\b(WARN|ERROR|FATAL)\b|"level":[456]0\b/;

/**
 * What every user of the library is promised, over sockets. Each test has a resource of its own; the last one
 * stops the application.
 */
export function itKeepsTheContract(
  running: () => Running,
  {
    path = (id) => `/notes/${id}`,
    method = 'PUT',
    body = (title) => ({ title }),
    headers = {},
    writers = 50,
    expected = /^$/,
    unguarded = true,
  }: ContractOptions = {},
): void {
  const get = (id: number, more: Record<string, string> = {}): Promise<RawResponse> =>
    running().send(`GET ${path(id)}`, { headers: { ...headers, ...more } });
  const write = (id: number, tag: string | undefined, title = 'changed'): Promise<RawResponse> =>
    running().send(`${method} ${path(id)}`, {
      headers: { ...headers, ...(tag === undefined ? {} : { 'If-Match': tag }) },
      body: body(title),
    });
  const tagOf = async (id: number): Promise<string> => (await get(id)).headers.etag ?? 'none';

  it('answers GET with a strong tag, the same each time', async () => {
    const { status, headers } = await get(1);
    expect({ status, etag: headers.etag }).toEqual({
      status: 200,
      etag: expect.stringMatching(STRONG_TAG),
    });
    await expect(tagOf(1)).resolves.toBe(headers.etag);
  });

  it('answers 304 without a body to who has it already', async () => {
    const etag = await tagOf(2);
    expect(etag).toMatch(STRONG_TAG);
    const { status, text, headers } = await get(2, { 'If-None-Match': etag });
    expect({ status, text, etag: headers.etag }).toEqual({ status: 304, text: '', etag });
  });

  it('answers 200 to who has something else', async () => {
    await expect(get(2, { 'If-None-Match': '"something-else"' })).resolves.toHaveProperty(
      'status',
      200,
    );
  });

  it(`answers 428 to a ${method} without If-Match, and writes nothing`, async () => {
    const before = (await get(3)).text;
    await expect(write(3, undefined)).resolves.toHaveProperty('status', 428);
    expect((await get(3)).text).toBe(before);
  });

  it('answers 400 to a malformed If-Match, and writes nothing', async () => {
    const before = (await get(4)).text;
    for (const malformed of ['null', 'abc', '"unterminated', '*, "x"']) {
      await expect(write(4, malformed)).resolves.toHaveProperty('status', 400);
    }
    expect((await get(4)).text).toBe(before);
  });

  it('answers 412 to a stale tag, with the current one, and writes nothing', async () => {
    const { text, headers } = await get(5);
    const refused = await write(5, '"00000000000000000000000000000000"');
    expect({ status: refused.status, etag: refused.headers.etag }).toEqual({
      status: 412,
      etag: headers.etag,
    });
    expect((await get(5)).text).toBe(text);
  });

  it('answers 200 to the tag of GET, once, and sends the tag that GET sends from then on, or none', async () => {
    const etag = await tagOf(6);
    const written = await write(6, etag, 'written');
    expect({ status: written.status, text: textOf(written) }).toEqual({
      status: 200,
      text: expect.stringContaining('written'),
    });
    const again = await write(6, etag, 'written again');
    expect(again.status).toBe(412);
    const now = again.headers.etag;
    expect([now, undefined]).toContain(written.headers.etag);
    const saved = await write(6, written.headers.etag ?? now, 'written by the same person');
    expect(saved.status).toBe(200);
  });

  it(`lets exactly one of ${writers} writers win who hold the same tag`, async () => {
    const etag = await tagOf(7);
    const answers = await Promise.all(
      Array.from({ length: writers }, (_, index) => write(7, etag, `by ${index}`)),
    );
    expect(tally(answers)).toEqual({ 200: 1, 412: writers - 1 });
  });

  if (unguarded) {
    it('leaves a handler alone that carries no decorator', async () => {
      const { headers: head } = await running().send('GET /drafts/8', { headers });
      expect(head.etag ?? 'W/').toMatch(/^W\//); // Express's own, if any
      for (const tag of [undefined, '"stale"', 'malformed']) {
        const { status } = await running().send('PUT /drafts/8', {
          headers: { ...headers, ...(tag === undefined ? {} : { 'If-Match': tag }) },
          body: body('changed'),
        });
        expect(status).toBe(200);
      }
    });
  }

  it('has logged no warning and no error when it ends', async () => {
    await running().stop(); // now every line has arrived
    expect(running().lines.filter((line) => COMPLAINT.test(line) && !expected.test(line))).toEqual(
      [],
    );
  });
}

/** The body as text, also when it came compressed. */
function textOf({ headers, bytes }: RawResponse): string {
  return (headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString();
}

/** How many answers had each status. */
export function tally(answers: readonly { readonly status: number }[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}
