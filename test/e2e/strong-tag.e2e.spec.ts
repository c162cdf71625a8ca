import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { Controller, Get, Param } from '@nestjs/common';
import { ETag, WeakETag } from '../../src/index.js';
import { describeOnEachAdapter } from '../support/each-adapter.js';
import type { Running } from '../support/each-adapter.js';
import { fieldsOf } from '../support/fields.js';
import { tagOf } from '../support/tag-of.js';

const STRONG = /^"[0-9a-f]{32}"$/;

const stored: Record<string, unknown> = {};
let serializations = 0;

const counted = {
  toJSON: () => {
    serializations++;
    return { name: 'Shaun' };
  },
};

@Controller('things')
@ETag()
class TaggedController {
  @Get()
  list(): unknown {
    return Object.values(stored);
  }

  @Get('counted')
  counted(): unknown {
    return counted;
  }

  @Get('card')
  @WeakETag(['name'])
  card(): unknown {
    return { name: 'Shaun' };
  }

  @Get('slow')
  async slow(): Promise<unknown> {
    return Promise.resolve({ name: 'Shaun' });
  }

  @Get(':key')
  findOne(@Param('key') key: string): unknown {
    return stored[key];
  }
}

@Controller('mixed')
class MixedController {
  @Get('tagged')
  @ETag()
  tagged(): unknown {
    return { name: 'Shaun' };
  }

  @Get('untagged')
  untagged(): unknown {
    return { name: 'Shaun' };
  }
}

@Controller('weak')
@WeakETag(['name'])
class WeakController {
  @Get('strong')
  @ETag()
  strong(): unknown {
    return { name: 'Shaun' };
  }
}

class Readable {
  @Get()
  read(): unknown {
    return { name: 'Shaun' };
  }
}

@Controller('inherited/tagged')
@ETag()
class TaggedHeir extends Readable {}

@Controller('inherited/untagged')
class UntaggedHeir extends Readable {}

@Controller('inherited/from-tagged')
class HeirOfTagged extends TaggedHeir {}

describeOnEachAdapter('a strong tag', (start) => {
  let running: Running;
  beforeAll(async () => {
    running = await start({
      controllers: [
        TaggedController,
        MixedController,
        WeakController,
        TaggedHeir,
        UntaggedHeir,
        HeirOfTagged,
      ],
    });
  });
  afterAll(() => running.close());
  beforeEach(() => {
    for (const key of Object.keys(stored)) delete stored[key];
    serializations = 0;
  });

  it.each([
    ['an object', { name: 'Shaun', age: 27 }],
    ['an empty object', {}],
    ['a list', [{ id: 1 }, { id: 2 }]],
    ['an empty list', []],
    ['nested values', { a: { b: [null, true, 1.5, 'x'] } }],
    ['text beyond ASCII', { name: 'Zoë 木 🦊' }],
    ['a lone surrogate', { name: 'a\ud83db' }],
    ['text that JSON escapes', { name: '"\\\n\u2028' }],
    ['a text', 'plain text, Zoë'],
    ['a megabyte', { text: 'Zoë '.repeat(250_000) }],
  ])('is what sha256sum shows of the body of %s', async (_case, value) => {
    stored['1'] = value;
    const { status, bytes, headers } = await running.send('GET /things/1');
    expect([status, headers.etag]).toEqual([200, tagOf(bytes)]);
    expect(bytes.length).toBe(Number(headers['content-length']));
  });

  it('is thirty-two hex digits in quotes', async () => {
    stored['1'] = { name: 'Shaun' };
    expect((await running.send('GET /things/1')).headers.etag).toMatch(STRONG);
  });

  it('covers a list of its own', async () => {
    Object.assign(stored, { a: { id: 1 }, b: { id: 2 } });
    const { text, headers } = await running.send('GET /things');
    expect(text).toBe('[{"id":1},{"id":2}]');
    expect(headers.etag).toBe(tagOf(text));
  });

  it('changes with every change and comes back with the same content', async () => {
    const tags: unknown[] = [];
    for (const age of [27, 28, 27]) {
      stored['1'] = { name: 'Shaun', age };
      tags.push((await running.send('GET /things/1')).headers.etag);
    }
    expect(tags[1]).not.toBe(tags[0]);
    expect(tags[2]).toBe(tags[0]);
  });

  it('is made of the content alone, whatever the resource or the caller', async () => {
    Object.assign(stored, { a: { id: 1 }, b: { id: 1 } });
    const a = await running.send({ path: '/things/a', headers: { Cookie: 'user=1' } });
    const b = await running.send({ path: '/things/b?x=1', headers: { Accept: '*/*' } });
    expect(a.headers.etag).toBe(b.headers.etag);
  });

  it('is made of the very text that is sent: one serialization serves both', async () => {
    const { text, headers } = await running.send('GET /things/counted');
    expect([text, headers.etag]).toEqual(['{"name":"Shaun"}', tagOf(text)]);
    expect(serializations).toBe(1);
  });

  it('covers what a promise resolves to', async () => {
    const { text, headers } = await running.send('GET /things/slow');
    expect(headers.etag).toBe(tagOf(text));
  });

  it('stands once in the answer', async () => {
    stored['1'] = { name: 'Shaun' };
    const fields = fieldsOf(await running.send('GET /things/1'));
    expect(fields.filter((field) => field.startsWith('etag:'))).toHaveLength(1);
  });

  it('belongs to the handler that is marked, and not to its neighbours', async () => {
    expect((await running.send('GET /mixed/tagged')).headers.etag).toMatch(STRONG);
    expect((await running.send('GET /mixed/untagged')).headers.etag).toBeUndefined();
  });

  it.each([
    ['/things/card', /^W\/"[0-9a-f]{32}"$/],
    ['/weak/strong', STRONG],
  ])('gives way to what the handler itself says (%s)', async (path, form) => {
    expect((await running.send(`GET ${path}`)).headers.etag).toMatch(form);
  });

  it.each([
    ['/inherited/tagged', true],
    ['/inherited/untagged', false],
    ['/inherited/from-tagged', true],
  ])('of an inherited handler is a matter of its own controller (%s)', async (path, tagged) => {
    const { status, headers } = await running.send(`GET ${path}`);
    expect([status, STRONG.test(headers.etag ?? '')]).toEqual([200, tagged]);
  });

  it('is the same for HEAD, with the fields of GET and no body', async () => {
    stored['1'] = { name: 'Shaun' };
    const get = await running.send('GET /things/1');
    const head = await running.send('HEAD /things/1');
    expect([head.status, head.text]).toEqual([200, '']);
    expect(fieldsOf(head)).toEqual(fieldsOf(get));
  });
});
