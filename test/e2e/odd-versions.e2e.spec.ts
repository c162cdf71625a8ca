import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { Controller, Get, Injectable, Put } from '@nestjs/common';
import { ETag, IfMatch, Precondition } from '../../src/index.js';
import { describeOnEachAdapter } from '../support/each-adapter.js';
import type { Running } from '../support/each-adapter.js';

/** What the database has for the version; it is not what JSON makes of it. */
let version: unknown;
/** What a write makes of it. */
let next: unknown;
let name = '';
let writes = 0;

function row(): object {
  const sent = { id: 1, name };
  return { ...sent, version, toJSON: () => sent };
}

function save(): object {
  writes += 1;
  version = next;
  name = `written ${writes}`;
  return row();
}

@Controller('tagged')
@ETag({ version: 'version' })
class TaggedController {
  @Get()
  read(): object {
    return row();
  }

  @Put()
  @IfMatch()
  write(): object {
    return save();
  }

  @Put('pinned')
  @IfMatch({ current: 'read' })
  pinned(@Precondition() precondition: Precondition): object {
    precondition.where({ id: 1 });
    return save();
  }
}

@Controller('versioned')
@ETag()
class VersionedController {
  @Get()
  read(): object {
    return row();
  }

  @Put()
  @IfMatch({ version: 'version' })
  write(): object {
    return save();
  }
}

@Injectable()
class Versions {
  validate(): unknown {
    return version;
  }
}

@Controller('validated')
@ETag({ validator: Versions as never })
class ValidatedController {
  @Get()
  read(): object {
    return row();
  }

  @Put()
  @IfMatch({ version: 'version' })
  write(): object {
    return save();
  }
}

const ODD: readonly [string, unknown][] = [
  ['an invalid Date', new Date(Number.NaN)],
  ['NaN', Number.NaN],
  ['a symbol', Symbol('3')],
  ['a function', () => 3],
  ['an object', { number: 3 }],
  ['an object without a text', Object.create(null)],
  ['an object whose text fails', { toString: (): never => { throw new Error('no text'); } }], // prettier-ignore
];

describeOnEachAdapter('a version that is none', (start) => {
  let app: Running;
  const errors: string[] = [];

  afterEach(() => app.close());
  // An application for each test, in whose log nothing was said before.
  beforeEach(async () => {
    app = await start({
      controllers: [TaggedController, VersionedController, ValidatedController],
      providers: [Versions],
      configure: (created) => {
        created.useLogger({
          log: () => undefined,
          warn: () => undefined,
          error: (line: unknown) => void errors.push(String(line)),
        });
      },
    });
    version = 3;
    next = 4;
    name = 'first';
    writes = 0;
    errors.length = 0;
  });

  const put = (path: string, etag: string) =>
    app.send({ method: 'PUT', path, headers: { 'If-Match': etag }, body: {} });

  async function tagOf(path: string): Promise<string | undefined> {
    const { status, headers } = await app.send(`GET ${path}`);
    expect(status).toBe(200);
    return headers.etag;
  }

  it.each(ODD)('is no version for a read, and one line says so: %s', async (_, odd) => {
    version = odd;
    expect(await tagOf('/tagged')).toBe(await tagOf('/tagged'));
    expect(errors).toEqual([
      expect.stringContaining('TaggedController.read cannot be given an entity tag of its'),
    ]);
  });

  it.each(ODD)('does not fail a write that has made it: %s', async (_, odd) => {
    for (const path of ['/tagged', '/versioned', '/validated']) {
      version = 3;
      next = odd;
      errors.length = 0;
      const etag = (await tagOf(path)) as string;
      const answer = await put(path, etag);
      expect([path, answer.status, writes > 0]).toEqual([path, 200, true]);
      expect([undefined, await tagOf(path)]).toContain(answer.headers.etag);
      expect(answer.headers.etag).not.toBe(etag);
      expect(new Set(errors.map((line) => line.split(' ')[0])).size).toBe(errors.length);
      expect(errors.length).toBeGreaterThan(0);
    }
  });

  it.each(ODD)('does not fail a write that finds it and needs none: %s', async (_, odd) => {
    version = odd;
    const etag = await tagOf('/tagged');
    const answer = await put('/tagged', etag ?? '*');
    expect([answer.status, writes]).toEqual([200, 1]);
  });

  it.each(ODD)('is none for a write that is to depend on it: %s', async (_, odd) => {
    version = odd;
    const etag = (await tagOf('/tagged')) as string;
    expect((await put('/tagged/pinned', etag)).status).toBe(500);
    expect(writes).toBe(0);
    expect(errors.at(-1)).toContain(
      'asks for the version that was verified, but what GET sends has none',
    );
  });

  it.each<[string, unknown, unknown]>([
    ['numbers', 3, 4],
    ['bytes', Buffer.from([0, 1]), Buffer.from([0, 2])],
    ['Dates', new Date(1), new Date(2)],
    ['objects that write themselves', new URL('a:3'), new URL('a:4')],
  ])('is not %s, which writes depend on as ever', async (_, before, after) => {
    version = before;
    next = after;
    for (const path of ['/tagged/pinned', '/versioned']) {
      version = before;
      const etag = (await tagOf(path.replace('/pinned', ''))) as string;
      expect((await put(path, etag)).status).toBe(200);
      expect((await put(path, etag)).status).toBe(412);
    }
    expect(errors.filter((line) => line.includes('a version'))).toEqual([]);
  });
});
