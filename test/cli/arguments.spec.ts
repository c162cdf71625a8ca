import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { examined, nestjsETag } from './support/nestjs-etag.js';

const URL = 'http://127.0.0.1:1/';

describe('npx nestjs-etag', () => {
  it.each([['--help'], ['-h'], ['doctor', '--help']])('%s %s prints the help', async (...given) => {
    const { code, output, errors } = await nestjsETag(...given);
    expect(output).toMatch(/^Usage: npx nestjs-etag doctor <url>/);
    expect([code, errors]).toEqual([0, '']);
  });

  it('says in the help what it sends, and what --save risks', async () => {
    const { output } = await nestjsETag('--help');
    const text = output.replaceAll(/\s+/g, ' ');
    expect(text).toContain('The doctor sends only GET requests, unless you add --save.');
    expect(text).toContain('--save also send one PUT to <url>.');
    expect(text).toContain('what GET does not show (a password, say) may then be lost');
    expect(output.split('\n').filter((line) => line.length > 110)).toEqual([]);
  });

  it.each<[string, string[]]>([
    ['no command given: write npx nestjs-etag doctor <url>', []],
    ["there is no command 'docter': write npx nestjs-etag doctor <url>", ['docter', URL]],
    ['doctor takes one URL: write npx nestjs-etag doctor https://', ['doctor']],
    ['doctor takes one URL', ['doctor', URL, URL]],
    ["'example.com/1' is not a full URL: write https://example.com/1", ['doctor', 'example.com/1']],
    [
      "'localhost:3000/users/1' is not a full URL: write http://localhost:3000/users/1",
      ['doctor', 'localhost:3000/users/1'],
    ],
    [
      "'//example.com/1' is not a full URL: write https://example.com/1",
      ['doctor', '//example.com/1'],
    ],
    ["'/users/1' is not a full URL: write https://example.com/articles/1", ['doctor', '/users/1']],
    ["'ftp://example.com' is not an http or https URL", ['doctor', 'ftp://example.com']],
    ["'http://' is not an http or https URL", ['doctor', 'http://']],
    ["Unknown option '--methud'", ['doctor', URL, '--methud', 'PUT']],
    ['npx nestjs-etag --help lists the options', ['doctor', URL, '--methud', 'PUT']],
    ["Unknown option '--no-save'", ['doctor', URL, '--no-save']],
    ['--method must be PUT or PATCH, not DELETE', ['doctor', URL, '--save', '--method', 'DELETE']],
    [
      '--method describes the write of --save: add --save, or leave --method out',
      ['doctor', URL, '--method', 'PATCH'],
    ],
    ['--body describes the write of --save', ['doctor', URL, '--body', 'change.json']],
    ['--read-only and --save exclude each other', ['doctor', URL, '--read-only', '--save']],
    ['--body: ENOENT', ['doctor', URL, '--save', '--body', '/no/such/file']],
    ["--header must be 'name: value'", ['doctor', URL, '--header', 'Authorization']],
    ['--header x holds a character that no header field can carry', ['doctor', URL, '-H', 'x: ☃']],
    ['--header x holds a character', ['doctor', URL, '-H', 'x: a\r\ny: b']],
    [
      '--header If-Match: the doctor sets this field itself',
      ['doctor', URL, '-H', 'If-Match: "x"'],
    ],
    ['--accepted must be weakened or recoded, not strict', ['doctor', URL, '--accepted', 'strict']],
    ['--timeout must be a number of seconds', ['doctor', URL, '--timeout', 'soon']],
    ['--timeout must be a number of seconds', ['doctor', URL, '--timeout', '0']],
  ])('refuses what it does not understand: %s', async (sentence, given) => {
    const { code, output, errors } = await nestjsETag(...given);
    expect(errors).toContain(sentence);
    expect(errors).toMatch(/^nestjs-etag: .*\n$/);
    expect([code, output]).toEqual([2, '']);
  });
});

describe('what --save sends', () => {
  let folder: string;
  let path: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'nestjs-etag-'));
    path = join(folder, 'body.json');
    writeFileSync(path, '{"title":"another"}');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is the file of --body', async () => {
    const { arrived, output } = await examined({}, '--save', '--body', path);
    const write = arrived.find(({ method }) => method === 'PUT');
    expect(write).toMatchObject({
      content: '{"title":"another"}',
      fields: { 'content-type': 'application/json' },
    });
    expect(output).toContain('  content: the file of --body, 19 bytes');
  });

  it('has the type of --header', async () => {
    const type = 'application/merge-patch+json';
    const { arrived, output } = await examined({}, '--save', '-H', `content-type: ${type}`);
    const write = arrived.find(({ method }) => method === 'PUT');
    expect(write?.fields['content-type']).toBe(type);
    expect(output).toContain(`  Content-Type: ${type}`);
  });

  it('has to be said where every answer is compressed', async () => {
    const { code, errors, arrived } = await examined({ coding: () => 'gzip' }, '--save');
    expect(errors).toContain('so the doctor has no content to send: name it with --body <file>');
    expect(arrived.map(({ method }) => method)).not.toContain('PUT');
    expect(code).toBe(2);
  });
});
