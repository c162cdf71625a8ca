import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { examined, nestjsETag } from './support/nestjs-etag.js';

const URL = 'http://127.0.0.1:1/';

describe('npx nestjs-etag', () => {
  it.each([['--help'], ['-h'], ['doctor', '--help']])(
    '%s %s says what there is',
    async (...given) => {
      const { code, output, errors } = await nestjsETag(...given);
      expect(output).toMatch(/^Usage: npx nestjs-etag doctor <url>/);
      expect([code, errors]).toEqual([0, '']);
    },
  );

  it.each<[string, string[]]>([
    ['say what to do: npx nestjs-etag doctor <url>', []],
    ["there is no command 'docter': npx nestjs-etag doctor <url>", ['docter', URL]],
    ['doctor takes one URL: npx nestjs-etag doctor https://example.com/articles/1', ['doctor']],
    ['doctor takes one URL', ['doctor', URL, URL]],
    ["'example.com/1' is no URL: write it in full, as https://", ['doctor', 'example.com/1']],
    ["'ftp://example.com' is no URL", ['doctor', 'ftp://example.com']],
    ["Unknown option '--methud'", ['doctor', URL, '--methud', 'PUT']],
    ['npx nestjs-etag --help lists the options', ['doctor', URL, '--methud', 'PUT']],
    ['--method must be PUT or PATCH, not DELETE', ['doctor', URL, '--method', 'DELETE']],
    ['--body: ENOENT', ['doctor', URL, '--body', '/no/such/file']],
    ["--header must be 'name: value'", ['doctor', URL, '--header', 'Authorization']],
    ['--header If-Match is what the doctor chooses', ['doctor', URL, '-H', 'If-Match: "x"']],
    ['--accepted must be weakened or recoded, not strict', ['doctor', URL, '--accepted', 'strict']],
  ])('refuses what it does not understand: %s', async (sentence, given) => {
    const { code, output, errors } = await nestjsETag(...given);
    expect(errors).toContain(sentence);
    expect(errors).toMatch(/^nestjs-etag: .*\n$/);
    expect([code, output]).toEqual([2, '']);
  });
});

describe('a resource that cannot be read', () => {
  it.each([
    [301, { Location: '/elsewhere' }, 'which sends on to /elsewhere: examine that'],
    [302, {}, 'which sends on to nowhere'],
    [401, {}, "say with --header 'Authorization: …' or --header 'Cookie: …' who asks"],
    [403, {}, 'who asks'],
    [404, {}, 'so there is nothing to examine: name a resource that is read with 200'],
    [204, {}, 'nothing to examine'],
  ])('is not examined: %i', async (status, fields, advice) => {
    const { code, output, errors, arrived } = await examined({ read: { status, fields } });
    expect(errors).toContain(`is answered ${status}`);
    expect(errors).toContain(advice);
    expect([code, output]).toEqual([2, '']);
    expect(arrived.map(({ method }) => method)).toEqual(['GET']);
  });

  it('is not examined where nobody listens', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const { code, errors } = await nestjsETag('doctor', `http://127.0.0.1:${port}/`);
    expect(errors).toContain(`http://127.0.0.1:${port} does not answer: connect ECONNREFUSED`);
    expect(code).toBe(2);
  });

  it('is not examined over what is not HTTP', async () => {
    const server = createServer((socket) => void socket.resume().end('SSH-2.0-OpenSSH_9.2\r\n'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const { code, errors } = await nestjsETag('doctor', `http://127.0.0.1:${port}/`);
    await new Promise((resolve) => server.close(resolve));
    expect(errors).toContain('does not answer: ');
    expect(code).toBe(2);
  });
});

describe('what a save sends', () => {
  it('is the file of --body', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'nestjs-etag-'));
    const path = join(folder, 'body.json');
    writeFileSync(path, '{"title":"another"}');
    const { arrived } = await examined({}, '--body', path);
    rmSync(folder, { recursive: true });
    const write = arrived.find(({ method }) => method === 'PUT');
    expect(write).toMatchObject({
      content: '{"title":"another"}',
      fields: { 'content-type': 'application/json' },
    });
  });

  it('has the type of --header', async () => {
    const { arrived } = await examined({}, '-H', 'content-type: application/merge-patch+json');
    const write = arrived.find(({ method }) => method === 'PUT');
    expect(write?.fields['content-type']).toBe('application/merge-patch+json');
  });

  it('has to be said where every answer is compressed', async () => {
    const { code, errors, arrived } = await examined({ coding: () => 'gzip' });
    expect(errors).toContain('say with --body what a save sends, or --no-save');
    expect(arrived.map(({ method }) => method)).not.toContain('PUT');
    expect(code).toBe(2);
  });
});
