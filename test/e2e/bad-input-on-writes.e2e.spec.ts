import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  Body,
  Controller,
  Delete,
  Get,
  NotFoundException,
  Param,
  Patch,
  Put,
  StreamableFile,
} from '@nestjs/common';
import { of } from 'rxjs';
import { ETag, IfMatch, LastModified, WeakETag } from '../../src/index.js';
import { describeOnEachAdapter } from '../support/each-adapter.js';
import type { Running } from '../support/each-adapter.js';
import { listenForLargeHeads } from '../support/large-heads.js';
import type { LargeHeads } from '../support/large-heads.js';
import type { RawResponse } from '../support/raw-request.js';
import { sendRaw } from '../support/raw-socket.js';
import type { SocketAnswer } from '../support/raw-socket.js';
import { tagOf } from '../support/tag-of.js';

const CONTENT = { name: 'before', changedAt: '2026-11-21T10:00:00Z' };
const CURRENT = tagOf(JSON.stringify(CONTENT));

/** What GET returns, and how often something was written. */
let returned: () => unknown = () => CONTENT;
let writes = 0;

function write(): unknown {
  writes += 1;
  return { name: 'after' };
}

@Controller('items')
@ETag()
@LastModified('changedAt')
class ItemsController {
  @Get(':id')
  findOne(@Param('id') id: string): unknown {
    if (id === 'none') throw new NotFoundException();
    return returned();
  }

  @Put(':id')
  @IfMatch()
  replace(): unknown {
    return write();
  }

  @Patch(':id')
  @IfMatch()
  change(): unknown {
    return write();
  }

  @Delete(':id')
  @IfMatch()
  remove(): unknown {
    return write();
  }

  @Put(':id/lenient')
  @IfMatch({ current: 'findOne', required: false })
  lenient(): unknown {
    return write();
  }

  @Put(':id/echo')
  @IfMatch({ current: 'findOne' })
  echo(@Body() body: unknown): unknown {
    returned = () => body;
    return body;
  }

  @Get(':id/echo')
  echoed(): unknown {
    return returned();
  }
}

@Controller('weak')
@WeakETag(['name'])
class WeakController {
  @Get(':id')
  findOne(): unknown {
    return returned();
  }

  @Put(':id')
  @IfMatch({ comparison: 'weak' })
  replace(): unknown {
    return write();
  }
}

@Controller('versions')
@ETag({ version: 'version' })
class VersionsController {
  @Get(':id')
  findOne(): unknown {
    return returned();
  }

  @Put(':id')
  @IfMatch()
  replace(): unknown {
    return write();
  }
}

/** What RFC 9110 §8.8.3 and §13.1 do not allow, as people and programs send it. */
const MALFORMED: [what: string, field: string | readonly string[]][] = [
  ['without quotes', 'abc'],
  ['without the first quote', 'abc"'],
  ['without the last quote', '"abc'],
  ['in single quotes', "'abc'"],
  ['with escaped quotes', '\\"abc\\"'],
  ['in typographic quotes', '\u0093abc\u0094'],
  ['a quote alone', '"'],
  ['with something after it', '"abc"x'],
  ['with something before it', 'x"abc"'],
  ['with a space inside', '"a b"'],
  ['with a tab inside', '"a\tb"'],
  ['weak in lower case', 'w/"abc"'],
  ['weak without a tag', 'W/'],
  ['weak without quotes', 'W/abc'],
  ['weak with a space', 'W/ "abc"'],
  ['weak twice', 'W/W/"abc"'],
  ['two without a comma', '"a" "b"'],
  ['two with a semicolon', '"a"; "b"'],
  ['one of two', `${CURRENT}, abc`],
  ['the other of two', `abc, ${CURRENT}`],
  ['the second line', [CURRENT, 'abc']],
  ['the first line', ['abc', CURRENT]],
  ['a wildcard in a list', `*, ${CURRENT}`],
  ['a wildcard at the end of a list', `${CURRENT}, *`],
  ['a wildcard and a line with a tag', ['*', CURRENT]],
  ['two wildcards', '*, *'],
  ['a doubled wildcard', '**'],
  ['a weak wildcard', 'W/*'],
  ['a wildcard in quotes that go on', '"*'],
  ['null', 'null'],
  ['undefined', 'undefined'],
  ['an object', '[object Object]'],
  ['JSON', '{"etag":"abc"}'],
  ['a number', '0'],
  ['a header', `ETag: ${CURRENT}`],
  ['a date', 'Sat, 21 Nov 2026 10:00:00 GMT'],
  ['a very long word', 'x'.repeat(4000)],
];

const EMPTY: [what: string, field: string | readonly string[]][] = [
  ['empty', ''],
  ['spaces', '   '],
  ['a comma', ','],
  ['commas', ' , ,\t,'],
  ['two empty lines', ['', '']],
];

describeOnEachAdapter('what nobody should send with a write', (start, adapter) => {
  let app: Running;
  let large: LargeHeads;

  beforeAll(async () => {
    app = await start({ controllers: [ItemsController, WeakController, VersionsController] });
    large = await listenForLargeHeads(app.app);
  });
  afterAll(async () => {
    await large.close();
    await app.close();
  });
  beforeEach(() => {
    returned = () => CONTENT;
    writes = 0;
  });

  function send(
    line: string,
    headers: Record<string, string | readonly string[]> = {},
    body?: unknown,
  ): Promise<RawResponse> {
    const [method = '', path = ''] = line.split(' ');
    const sent = method === 'DELETE' ? undefined : (body ?? { name: 'after' });
    return app.send({ method, path, headers, body: sent });
  }

  /** Sends a PUT by the octets of its head. */
  function sendOctets(url: string, ...fields: string[]): Promise<SocketAnswer> {
    return sendRaw(url, ['PUT /items/1 HTTP/1.1', 'Content-Length: 0', ...fields]);
  }

  function expectBadRequest(answer: RawResponse): void {
    expect(answer.status).toBe(400);
    expect(answer.headers.etag).toBeUndefined();
    const { message, ...rest } = answer.json();
    expect(rest).toEqual({ statusCode: 400, error: 'Bad Request', reason: 'malformed' });
    expect(message).toMatch(/^If-(None-)?Match(: | is empty)/);
    expect(message).toMatch(/^[ -~]{20,400}$/);
    expect(writes).toBe(0);
  }

  describe.each(['If-Match', 'If-None-Match'])('%s', (name) => {
    it.each([...MALFORMED, ...EMPTY])('%s: 400 on every kind of write', async (_, field) => {
      for (const line of [
        'PUT /items/1',
        'PATCH /items/1',
        'DELETE /items/1',
        'PUT /items/1/lenient',
        'PUT /items/none',
        'PUT /weak/1',
      ]) {
        expectBadRequest(await send(line, { [name]: field }));
      }
    });

    it('malformed beside a good one of the other kind: 400', async () => {
      const other = name === 'If-Match' ? 'If-None-Match' : 'If-Match';
      const good = other === 'If-Match' ? CURRENT : '"x"';
      expectBadRequest(await send('PUT /items/1', { [name]: 'abc', [other]: good }));
      expectBadRequest(await send('PUT /items/1', { [name]: '', [other]: good }));
    });

    it('is told what is wrong, and what to write', async () => {
      const messageOf = async (field: string): Promise<unknown> =>
        (await send('PUT /items/1', { [name]: field })).json()['message'];
      expect(await messageOf('abc')).toContain('write "abc"');
      expect(await messageOf('w/"abc"')).toContain('begins with W/');
      expect(await messageOf(`*, ${CURRENT}`)).toContain('* stands alone');
      expect(await messageOf('undefined')).toContain('Access-Control-Expose-Headers');
      expect(await messageOf('')).toContain('is empty');
    });
  });

  describe('a date that is none', () => {
    const dates = ['', 'yesterday', '0', '-1', '2026-11-21T10:00:00Z', 'Sat, 31 Nov 2026 10:00:00'];

    it.each(dates)('%p does not pass for If-Match', async (date) => {
      for (const name of ['If-Unmodified-Since', 'If-Modified-Since', 'If-Range']) {
        for (const method of ['PUT', 'PATCH']) {
          expect((await send(`${method} /items/1`, { [name]: date })).status).toBe(428);
        }
      }
      expect(writes).toBe(0);
    });

    it.each(dates)('%p is ignored beside If-Match', async (date) => {
      const dated = { 'If-Unmodified-Since': date, 'If-Modified-Since': date };
      expect((await send('PUT /items/1', { ...dated, 'If-Match': '"x"' })).status).toBe(412);
      expect((await send('PUT /items/1', { ...dated, 'If-Match': CURRENT })).status).toBe(200);
    });

    it('two dates are none', async () => {
      const [early, late] = ['Sat, 21 Nov 2026 09:00:00 GMT', 'Sat, 21 Nov 2026 11:00:00 GMT'];
      const one = { 'If-Unmodified-Since': early };
      expect((await send('PUT /items/1/lenient', one)).status).toBe(412);
      const answer = await sendRaw(app.url, [
        'PUT /items/1 HTTP/1.1',
        'Content-Length: 0',
        `If-Unmodified-Since: ${early}`,
        `If-Unmodified-Since: ${late}`,
      ]);
      expect(answer.status).toBe(428);
      expect(writes).toBe(0);
    });
  });

  describe('more than anybody needs', () => {
    const tags = Array.from({ length: 10_000 }, (_, index) => `"${index}"`).join(', ');

    it('ten thousand tags without the current one are 412, and with it 200', async () => {
      expect((await sendOctets(large.url, `If-Match: ${tags}`)).status).toBe(412);
      expect(writes).toBe(0);
      expect((await sendOctets(large.url, `If-Match: ${tags}, ${CURRENT}`)).status).toBe(200);
      expect((await sendOctets(large.url, `If-None-Match: ${tags}`)).status).toBe(428);
    });

    it.each<[string, string, number]>([
      ['one tag', `"${'x'.repeat(65_536)}"`, 412],
      ['commas', ','.repeat(65_536), 400],
      ['quotes', '"'.repeat(65_536), 400],
      ['W/', 'W/'.repeat(32_768), 400],
      ['spaces and a tag', `${' '.repeat(65_536)}"x"`, 412],
      ['wildcards', '*'.repeat(65_536), 400],
      ['words', 'abc '.repeat(16_384), 400],
      ['tags that begin', '"x", '.repeat(13_000) + '"x', 400],
    ])('64 KB of %s are answered shortly', async (_, field, status) => {
      const answer = await sendOctets(large.url, `If-Match: ${field}`);
      expect(answer.status).toBe(status);
      expect(answer.body.length).toBeLessThan(600);
      expect(writes).toBe(0);
    });

    it('of the size that Node refuses it never gets here', async () => {
      expect((await sendOctets(app.url, `If-Match: ${tags}, ${CURRENT}`)).status).toBe(431);
      expect(writes).toBe(0);
    });
  });

  describe('octets that no text has', () => {
    it.each<[string, string]>([
      ['NUL', '"a\0b"'],
      ['a NUL alone', '\0'],
      ['a bell', '"\x07"'],
      ['DEL', '"\x7f"'],
      ['a bare line feed', '"a\nb"'],
      ['a bare carriage return', '"a\rb"'],
    ])('%s: 400, and nothing is written', async (_, field) => {
      expect((await sendOctets(app.url, `If-Match: ${field}`)).status).toBe(400);
      expect((await sendOctets(app.url, `If-Match: ${CURRENT}, ${field}`)).status).toBe(400);
      expect(writes).toBe(0);
    });

    it.each<[string, string]>([
      ['octets that are no UTF-8', '"\xff\xfe"'],
      ['a lone surrogate in what some take for UTF-8', '"\xed\xa0\x80"'],
      ['an overlong quote', '"\xc0\xa2"'],
      ['obs-text of all kinds', `"${String.fromCharCode(...range(0x80, 0xff))}"`],
    ])('%s may be in a tag, and matches nothing', async (_, field) => {
      expect((await sendOctets(app.url, `If-Match: ${field}`)).status).toBe(412);
      expect((await sendOctets(app.url, `If-Match: ${field.slice(1, -1)}`)).status).toBe(400);
      expect(writes).toBe(0);
      expect((await sendOctets(app.url, `If-Match: ${field}, ${CURRENT}`)).status).toBe(200);
    });

    it('a lone surrogate in what is written is tagged as it is sent', async () => {
      const saved = await send('PUT /items/1/echo', { 'If-Match': CURRENT }, '{"name":"\\ud800"}');
      expect([saved.status, saved.text]).toEqual([200, '{"name":"\\ud800"}']);
      expect(saved.headers.etag).toBe(tagOf(saved.text));
      expect((await app.send('GET /items/1')).headers.etag).toBe(saved.headers.etag);
    });

    it.each(['/items/%00', '/items/%ED%A0%80', '/items/%zz', '/items/..%2f', '/items/%22'])(
      'in the path are what they are to GET: %s',
      async (path) => {
        const { status } = await app.send(`GET ${path}`);
        const answer = await send(`PUT ${path}`, { 'If-Match': CURRENT });
        expect(answer.status).toBe(status);
        expect(answer.status).toBeLessThan(500);
      },
    );
  });

  describe('what a GET handler should not return', () => {
    /** How a PUT is answered that names no version, another one, and any at all. */
    async function answersOf(path: string): Promise<number[]> {
      const statuses: number[] = [];
      for (const etag of [undefined, '"x"', '*']) {
        const headers = etag === undefined ? {} : { 'If-Match': etag };
        statuses.push((await send(`PUT ${path}`, headers)).status);
      }
      return statuses;
    }

    const cycle: Record<string, unknown> = { name: 'x', version: 1 };
    cycle['self'] = cycle;

    it.each<[string, () => unknown]>([
      ['a cycle', () => cycle],
      ['a BigInt', () => 5n],
      ['a BigInt in an object', () => ({ name: 'x', version: 1, count: 5n })],
      ['a version that is NaN', () => ({ name: 'x', version: Number.NaN })],
      ['a version that is an object', () => ({ name: 'x', version: { toString: 5 } })],
      ['a date that is none', () => ({ name: 'x', changedAt: 'yesterday', version: 1 })],
      ['a date that is a BigInt', () => ({ name: 'x', changedAt: 5n, version: 1 })],
      ['a date that is a symbol', () => ({ name: 'x', changedAt: Symbol('x'), version: 1 })],
      ['a Buffer', () => Buffer.from('bytes')],
      ['an empty Buffer', () => Buffer.alloc(0)],
      ['a typed array', () => new Uint16Array([1, 2])],
      ['a Map', () => new Map([['name', 'x']])],
      ['a Set', () => new Set(['x'])],
      ['a Date', () => new Date(0)],
      ['a number', () => 5],
      ['NaN', () => Number.NaN],
      ['a boolean', () => false],
      ['a text', () => 'text'],
      ['an empty text', () => ''],
      ['a symbol', () => Symbol('x')],
      ['a function', () => () => 'x'],
      ['a list', () => [1, 'x', null]],
      ['an Observable', () => of({ name: 'x', version: 1 })],
      ['an object without a prototype', () => Object.assign(Object.create(null), CONTENT)],
      ['a file', () => new StreamableFile(Buffer.from('bytes'))],
      [
        'a toJSON that throws',
        () => ({
          toJSON(): never {
            throw new Error('no');
          },
        }),
      ],
      [
        'a getter that throws',
        () => ({
          get name(): never {
            throw new Error('no');
          },
        }),
      ],
      ['a proxy that is revoked in part', () => new Proxy({}, { get: () => undefined })],
    ])('%s: compared with, without an error', async (_, value) => {
      returned = value;
      for (const path of ['/items/1', '/weak/1', '/versions/1']) {
        expect([path, await answersOf(path)]).toEqual([path, [428, 412, 200]]);
      }
      expect(writes).toBe(3);
    });

    it.each<[string, () => unknown]>([
      ['undefined', () => undefined],
      ['null', () => null],
      ['a promise of undefined', () => Promise.resolve(undefined)],
    ])('%s: nothing is there', async (_, value) => {
      returned = value;
      for (const path of ['/items/1', '/weak/1', '/versions/1']) {
        expect([path, await answersOf(path)]).toEqual([path, [404, 404, 404]]);
      }
      expect(writes).toBe(0);
    });

    it.each<[string, () => unknown]>([
      ['a Buffer', () => Buffer.from('bytes')],
      ['a typed array', () => new Uint8Array([1, 2])],
      ['a number', () => 5],
      ['a text', () => 'text'],
      ['a list', () => [1, 'x', null]],
      ['a Map', () => new Map([['name', 'x']])],
      ['an Observable', () => of({ name: 'x', version: 1 })],
    ])('%s has the tag that GET sends, and opens with it', async (_, value) => {
      returned = value;
      const read = await app.send('GET /items/1');
      if (read.headers.etag === undefined) {
        expect([adapter, read.status]).toEqual(['fastify', 500]);
        return;
      }
      expect((await send('PUT /items/1', { 'If-Match': read.headers.etag })).status).toBe(200);
    });

    it('an error that it throws is passed on, and nothing is written', async () => {
      returned = () => {
        throw new TypeError('a mistake');
      };
      expect((await app.send('GET /items/1')).status).toBe(500);
      for (const etag of ['"x"', '*']) {
        expect((await send('PUT /items/1', { 'If-Match': etag })).status).toBe(500);
      }
      expect(writes).toBe(0);
    });
  });
});

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}
