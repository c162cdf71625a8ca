import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  it,
  jest,
} from '@jest/globals';
import { Controller, Get, Logger } from '@nestjs/common';
import type { Type } from '@nestjs/common';
import { of } from 'rxjs';
import { ETag, LastModified, WeakETag } from '../../src/index.js';
import { describeOnEachAdapter } from '../support/each-adapter.js';
import type { Running } from '../support/each-adapter.js';
import { fieldsOf } from '../support/fields.js';
import type { RawResponse } from '../support/raw-request.js';
import { tagOf } from '../support/tag-of.js';

let returned: unknown;

/** The same handlers with and without tags. */
function controllerOf(decorated: boolean): Type {
  const none: MethodDecorator = () => undefined;

  @Controller('values')
  class ValuesController {
    @Get('strong')
    @(decorated ? ETag() : none)
    strong(): unknown {
      return returned;
    }

    @Get('weak')
    @(decorated ? WeakETag(['name']) : none)
    weak(): unknown {
      return returned;
    }

    @Get('deep')
    @(decorated ? WeakETag(['self']) : none)
    deep(): unknown {
      return returned;
    }

    @Get('version')
    @(decorated ? ETag({ version: 'version' }) : none)
    version(): unknown {
      return returned;
    }

    @Get('dated')
    @(decorated ? LastModified('name') : none)
    dated(): unknown {
      return returned;
    }
  }
  return ValuesController;
}

function cycle(): unknown {
  const value: Record<string, unknown> = { name: 'Shaun', version: 1 };
  value['self'] = value;
  return value;
}

function nested(depth: number): unknown {
  let value: unknown = {};
  for (let level = 0; level < depth; level++) value = { self: value };
  return value;
}

class Person {
  readonly name = 'Shaun';
  #pin = 1234;

  get doubled(): number {
    return this.#pin * 2;
  }
}

class Broken {
  readonly name = 'Shaun';

  toJSON(): never {
    throw new Error('toJSON is broken');
  }
}

const SERIALIZABLE: [string, unknown][] = [
  ['a Date', new Date('2026-11-21T00:00:00Z')],
  ['an object with Dates', { name: new Date(0), at: new Date('2026-11-21T00:00:00Z') }],
  ['an invalid Date', { name: new Date(NaN) }],
  ['a Map', new Map([['name', 'Shaun']])],
  ['a Set', new Set(['Shaun'])],
  ['an object with a Map', { name: new Map([['a', 1]]) }],
  ['a Buffer', Buffer.from([0x00, 0xff, 0xc3, 0x28])],
  ['an empty Buffer', Buffer.alloc(0)],
  ['bytes', new Uint8Array([1, 2, 3])],
  ['a number', 5],
  ['zero', 0],
  ['NaN', Number.NaN],
  ['true', true],
  ['false', false],
  ['a text', 'text'],
  ['an empty text', ''],
  ['the text null', 'null'],
  ['a list', [1, null, undefined, 'x']],
  ['an empty list', []],
  ['an object of a class', new Person()],
  ['an object without a prototype', Object.assign(Object.create(null) as object, { name: 'S' })],
  ['a frozen object', Object.freeze({ name: 'Shaun' })],
  ['an object with undefined and functions in it', { name: undefined, call: () => 1 }],
  ['an object with symbols', { [Symbol('name')]: 1, name: Symbol('x') }],
  ['a proxy', new Proxy({ name: 'Shaun' }, {})],
  ['a regular expression', { name: /x/ }],
  ['an observable', of({ name: 'Shaun' })],
  ['a promise', Promise.resolve({ name: 'Shaun' })],
  ['four hundred levels', nested(400)],
  [
    'three megabytes',
    {
      name: 'Shaun',
      list: Array.from({ length: 60_000 }, (_none, id) => ({ id, name: `user ${id}` })),
    },
  ],
];

const BEYOND_JSON: [string, () => unknown][] = [
  ['a cycle', cycle],
  ['a cycle in a list', () => [cycle()]],
  ['a BigInt in an object', () => ({ name: 'Shaun', version: 1, big: 1n })],
  ['a toJSON that throws', () => new Broken()],
  [
    'a getter that throws',
    () => ({
      name: 'Shaun',
      get broken(): never {
        throw new Error('broken');
      },
    }),
  ],
];

const NOTHING: [string, unknown][] = [
  ['null', null],
  ['undefined', undefined],
];

describeOnEachAdapter('a handler that returns', (start, adapter) => {
  let tagged: Running;
  let plain: Running;
  let report: jest.SpiedFunction<Logger['error']>;
  beforeAll(async () => {
    tagged = await start({ controllers: [controllerOf(true)] });
    plain = await start({ controllers: [controllerOf(false)], withoutModule: true });
  });
  afterAll(() => Promise.all([tagged.close(), plain.close()]));
  beforeEach(() => {
    report = jest.spyOn(Logger.prototype, 'error').mockReturnValue();
    jest.spyOn(Logger.prototype, 'warn').mockReturnValue();
  });
  afterEach(() => void jest.restoreAllMocks());

  const body = ({ status, bytes, headers }: RawResponse): unknown => [
    status,
    headers['content-type'],
    bytes.toString('latin1'),
  ];
  const asWithout = async (path: string): Promise<RawResponse> => {
    const ours = await tagged.send(`GET /values/${path}`);
    expect(body(ours)).toEqual(body(await plain.send(`GET /values/${path}`)));
    return ours;
  };
  const again = async (path: string, tag: unknown): Promise<number> => {
    const headers = { 'If-None-Match': String(tag) };
    return (await tagged.send({ path: `/values/${path}`, headers })).status;
  };

  describe.each(SERIALIZABLE)('%s', (_case, value) => {
    it('sends it as without tags, under the digest of its bytes', async () => {
      returned = value;
      const { bytes, headers } = await asWithout('strong');
      expect(headers.etag).toBe(tagOf(bytes));
      expect(await again('strong', headers.etag)).toBe(304);
    });

    it('sends it as without tags, under a weak tag that stays', async () => {
      returned = value;
      const first = (await asWithout('weak')).headers.etag;
      expect(first).toMatch(/^W\/"[0-9a-f]{32}"$/);
      expect((await asWithout('weak')).headers.etag).toBe(first);
      expect(await again('weak', first)).toBe(304);
    });

    it('sends it also where a version or a date is looked for in it', async () => {
      returned = value;
      const { headers } = await asWithout('version');
      expect(headers.etag).toMatch(/^"[0-9a-f]{32}"$/);
      await asWithout('dated');
    });
  });

  it.each(NOTHING)('%s, sends no tag, strong, weak or by version', async (_case, value) => {
    returned = value;
    for (const path of ['strong', 'weak', 'version', 'dated']) {
      const answer = await tagged.send(`GET /values/${path}`);
      expect(answer.headers).not.toHaveProperty('etag');
      expect(fieldsOf(answer)).toEqual(fieldsOf(await plain.send(`GET /values/${path}`)));
      expect(await again(path, '*')).toBe(200);
    }
  });

  it.each(BEYOND_JSON)(
    '%s, fails as without tags and carries nothing of ours',
    async (_case, make) => {
      returned = make();
      for (const path of ['strong', 'weak', 'deep', 'version', 'dated']) {
        const ours = await asWithout(path);
        expect(ours.status).toBe(500);
        for (const name of ['etag', 'last-modified', 'cache-control']) {
          expect(ours.headers).not.toHaveProperty(name);
        }
      }
    },
  );

  it('a BigInt is a text to Express and an error to Fastify, as without tags', async () => {
    returned = 5n;
    const { status, headers } = await asWithout('strong');
    const expected = { express: [200, tagOf('5')], fastify: [500, undefined] };
    expect([status, headers.etag]).toEqual(expected[adapter]);
  });

  it('an Error is an object to Express and an error to Fastify, as without tags', async () => {
    returned = new Error('as a value');
    const { status, headers } = await asWithout('strong');
    const expected = { express: [200, tagOf('{}')], fastify: [500, undefined] };
    expect([status, headers.etag]).toEqual(expected[adapter]);
  });

  it('what no tag can be made of, reports it once with the name of the handler', async () => {
    const { send, close } = await start({ controllers: [controllerOf(true)] });
    returned = cycle();
    await send('GET /values/deep');
    await send('GET /values/deep');
    await close();
    const sentences = report.mock.calls.map(([sentence]) => String(sentence));
    expect(sentences.filter((sentence) => sentence.includes('ValuesController.deep'))).toHaveLength(
      1,
    );
  });
});
