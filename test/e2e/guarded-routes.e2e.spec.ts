import { afterEach, describe, expect, it } from '@jest/globals';
import {
  Body,
  Controller,
  Get,
  HostParam,
  Module,
  Param,
  Put,
  Req,
  VERSION_NEUTRAL,
  Version,
  VersioningType,
} from '@nestjs/common';
import type { INestApplication, Type } from '@nestjs/common';
import { RouterModule } from '@nestjs/core';
import { ETag, IfMatch } from '../../src/index.js';
import { create, describeOnEachAdapter } from '../support/each-adapter.js';
import type { AppOptions, Running } from '../support/each-adapter.js';
import type { RawResponse } from '../support/raw-request.js';
import { tagOf } from '../support/tag-of.js';

interface AnyRequest {
  readonly params: Readonly<Record<string, string>>;
  readonly hosts?: Readonly<Record<string, string>>;
}

/** What was written, by what the handlers were told of the request. */
const notes = new Map<string, string>();

@Controller('notes')
@ETag()
class NotesController {
  @Get(':id')
  findOne(@Req() { params }: AnyRequest): unknown {
    return { text: notes.get(JSON.stringify(params)) ?? 'nothing', version: 1 };
  }

  @Put(':id')
  @IfMatch()
  update(@Req() { params }: AnyRequest, @Body() { text }: { text: string }): unknown {
    notes.set(JSON.stringify(params), text);
    return { text, version: 1 };
  }
}

@Module({ controllers: [NotesController] })
class NotesModule {}

@Module({ imports: [NotesModule] })
class TenantsModule {}

@Controller({ path: 'notes', host: ':account.example.com' })
@ETag()
class AccountController {
  @Get(':id')
  findOne(@HostParam('account') account: string, @Param('id') id: string): unknown {
    return { text: notes.get(`${account} ${id}`) ?? 'nothing' };
  }

  @Put(':id')
  @IfMatch()
  update(
    @HostParam('account') account: string,
    @Param('id') id: string,
    @Body() { text }: { text: string },
  ): unknown {
    notes.set(`${account} ${id}`, text);
    return { text };
  }
}

@Controller('notes')
@ETag()
class ReadingController {
  @Get(':id')
  findOne(@Param('id') id: string): unknown {
    return { text: notes.get(id) ?? 'nothing' };
  }
}

class TextOf {
  current({ params }: AnyRequest): unknown {
    return { text: notes.get(params['id'] ?? '') ?? 'nothing' };
  }
}

@Controller('notes')
@ETag()
class WritingController {
  @Put(':id')
  @IfMatch({ current: TextOf })
  update(@Param('id') id: string, @Body() { text }: { text: string }): unknown {
    notes.set(id, text);
    return { text };
  }
}

describeOnEachAdapter('a guarded route', (start, adapter) => {
  let running: Running | undefined;

  afterEach(async () => {
    notes.clear();
    await running?.close();
    running = undefined;
  });

  async function serve(options: AppOptions): Promise<Running> {
    running = await start(options);
    return running;
  }

  /** Reads, writes by the tag, and writes by it once more. */
  async function roundTrip(
    { send }: Running,
    path: string,
    headers: Record<string, string> = {},
  ): Promise<readonly RawResponse[]> {
    const read = await send({ path, headers });
    const etag = read.headers.etag ?? '';
    const again = await send({ path, headers: { ...headers, 'If-None-Match': etag } });
    const write = (text: string): Promise<RawResponse> =>
      send({ method: 'PUT', path, headers: { ...headers, 'If-Match': etag }, body: { text } });
    return [
      read,
      again,
      await write('first'),
      await write('second'),
      await send({ path, headers }),
    ];
  }

  function expectGuarded([read, again, first, second, after]: readonly RawResponse[]): void {
    expect(read?.headers.etag).toMatch(/^"[0-9a-f]{32}"$/);
    expect([again?.status, first?.status, second?.status]).toEqual([304, 200, 412]);
    expect(after?.headers.etag).toBe(first?.headers.etag);
    expect(second?.headers.etag).toBe(first?.headers.etag);
    expect(after?.json()).toMatchObject({ text: 'first' });
  }

  it('below a global prefix is tagged and guarded', async () => {
    const app = await serve({
      controllers: [NotesController],
      configure: (app) => void app.setGlobalPrefix('api/v1'),
    });
    expectGuarded(await roundTrip(app, '/api/v1/notes/1'));
  });

  it('below a prefix of RouterModule is tagged and guarded, with the parameters of the prefix', async () => {
    const app = await serve({
      imports: [
        TenantsModule,
        RouterModule.register([
          {
            path: 'tenants/:tenant',
            module: TenantsModule,
            children: [{ path: '/', module: NotesModule }],
          },
        ]),
      ],
    });
    expectGuarded(await roundTrip(app, '/tenants/a/notes/1'));
    const other = await app.send('GET /tenants/b/notes/1');
    expect(other.json()).toEqual({ text: 'nothing', version: 1 });
  });

  it('of a host is tagged and guarded, each account by itself', async () => {
    const app = await serve({ controllers: [AccountController] });
    expectGuarded(await roundTrip(app, '/notes/1', { Host: 'one.example.com' }));
    const other = await app.send({ path: '/notes/1', headers: { Host: 'two.example.com' } });
    expect(other.json()).toEqual({ text: 'nothing' });
  });

  it('that two controllers share, one for reading and one for writing, is tagged and guarded', async () => {
    const app = await serve({
      controllers: [ReadingController, WritingController],
      providers: [TextOf],
    });
    expectGuarded(await roundTrip(app, '/notes/1'));
  });

  describe('in several API versions', () => {
    /** Two representations of one note, and a write that serves both, or one. */
    function versioned(writes: readonly MethodDecorator[]): Type {
      @Controller('notes')
      @ETag({ version: 'version' })
      class VersionedController {
        @Get(':id')
        @Version('1')
        findOneOf1(): unknown {
          return { text: notes.get('1') ?? 'nothing', version: notes.has('1') ? 2 : 1 };
        }

        @Get(':id')
        @Version(['2', '3'])
        findOne(): unknown {
          return { note: { text: notes.get('1') ?? 'nothing' }, version: notes.has('1') ? 2 : 1 };
        }

        @Put(':id')
        update(@Body() { text }: { text: string }): unknown {
          notes.set('1', text);
          return { text, version: 2 };
        }
      }
      for (const write of writes) {
        write(
          VersionedController.prototype,
          'update',
          Object.getOwnPropertyDescriptor(VersionedController.prototype, 'update') as never,
        );
      }
      return VersionedController;
    }

    const byHeader = (app: INestApplication): void =>
      void app.enableVersioning({ type: VersioningType.HEADER, header: 'X-Version' });
    const byUri = (app: INestApplication): void =>
      void app.enableVersioning({ type: VersioningType.URI });

    const byDefault = (app: INestApplication): void =>
      void app.enableVersioning({
        type: VersioningType.HEADER,
        header: 'X-Version',
        defaultVersion: ['1', '2'],
      });
    type Versions = string | string[] | typeof VERSION_NEUTRAL | undefined;
    type Configure = (app: INestApplication) => void;

    it('has a tag for each, although the version of the row is the same', async () => {
      const app = await serve({
        controllers: [versioned([Version('3'), IfMatch()])],
        configure: byHeader,
      });
      const [one, two] = await Promise.all(
        ['1', '2'].map((version) =>
          app.send({ path: '/notes/1', headers: { 'X-Version': version } }),
        ),
      );
      expect(one?.headers.etag).toBe(tagOf('revision "notes/:id 1" "1"'));
      expect(two?.headers.etag).toBe(tagOf('revision "notes/:id 2 3" "1"'));
    });

    it.each([
      ['a header', byHeader, '/notes/1', { 'X-Version': '3' }],
      ['the path', byUri, '/v3/notes/1', {}],
    ] as const)(
      'is guarded by the GET of its own version, named by %s',
      async (_, configure, path, headers) => {
        const app = await serve({
          controllers: [versioned([Version('3'), IfMatch()])],
          configure,
        });
        const { headers: read } = await app.send({ path, headers });
        const write = (): Promise<RawResponse> =>
          app.send({
            method: 'PUT',
            path,
            headers: { ...headers, 'If-Match': read.etag ?? '' },
            body: { text: 'first' },
          });
        expect((await write()).status).toBe(200);
        expect((await write()).status).toBe(412);
      },
    );

    it('may be guarded by a GET that answers in every version', async () => {
      @Controller({ path: 'notes', version: ['1', '2'] })
      @ETag()
      class NeutralController {
        @Get(':id')
        @Version('1')
        findOneOf1(): unknown {
          return { text: 'old' };
        }

        @Get(':id')
        @Version(VERSION_NEUTRAL)
        findOne(@Param('id') id: string): unknown {
          return { text: notes.get(id) ?? 'nothing' };
        }

        @Put(':id')
        @Version('2')
        @IfMatch()
        update(@Param('id') id: string, @Body() { text }: { text: string }): unknown {
          notes.set(id, text);
          return { text };
        }
      }
      const app = await serve({ controllers: [NeutralController], configure: byHeader });
      expectGuarded(await roundTrip(app, '/notes/1', { 'X-Version': '2' }));
    });

    /** A write and two reads of its path, each in versions of its own, or in none. */
    function reading(first: Versions, second: Versions, write: Versions): Type {
      const inVersion = (versions: Versions): MethodDecorator =>
        versions === undefined ? () => undefined : Version(versions);

      @Controller('notes')
      @ETag()
      class VersionsController {
        @Get(':id')
        @inVersion(first)
        one(@Param('id') id: string): unknown {
          return { of: 'one', text: notes.get(id) ?? 'nothing' };
        }

        @Get(':id')
        @inVersion(second)
        two(@Param('id') id: string): unknown {
          return { of: 'two', text: notes.get(id) ?? 'nothing' };
        }

        @Put(':id')
        @inVersion(write)
        @IfMatch()
        update(@Param('id') id: string, @Body() { text }: { text: string }): unknown {
          notes.set(id, text);
          return { text };
        }
      }
      return VersionsController;
    }

    it.each<[string, Versions, Versions, Versions, Configure]>([
      ['in no version, below two versions', '1', '2', undefined, byHeader],
      ['in no version, below two versions of the path', '1', '2', undefined, byUri],
      ['in every version', '1', '2', VERSION_NEUTRAL, byHeader],
      ['in two, of which one is every other', '1', VERSION_NEUTRAL, ['1', '2'], byHeader],
      ['where every version comes before its own', VERSION_NEUTRAL, '1', '1', byHeader],
      ['in the version of the application, which is two', '1', '2', undefined, byDefault],
    ])('a write %s does not boot', async (_, first, second, write, configure) => {
      const controllers = [reading(first, second, write)];
      await expect(create(adapter, { controllers, configure })).rejects.toThrow(
        'different GET handlers, VersionsController.one and VersionsController.two',
      );
    });

    it.each<[string, Versions, Versions, Versions, Configure, string, Record<string, string>]>([
      [
        'its own before every',
        '1',
        VERSION_NEUTRAL,
        '1',
        byHeader,
        '/notes/1',
        { 'X-Version': '1' },
      ],
      ['every other', '1', VERSION_NEUTRAL, '3', byHeader, '/notes/1', { 'X-Version': '3' }],
      ['that of no version in the path', '1', undefined, undefined, byUri, '/notes/1', {}],
    ])(
      'a write is guarded by the GET of %s',
      async (_, first, second, write, configure, path, headers) => {
        const app = await serve({ controllers: [reading(first, second, write)], configure });
        expectGuarded(await roundTrip(app, path, headers));
      },
    );

    it('a write is guarded by the first GET where nothing tells versions apart', async () => {
      const options: AppOptions = { controllers: [reading('1', '2', '2')] };
      if (adapter === 'fastify') {
        await expect(create(adapter, options)).rejects.toThrow('already declared');
        return;
      }
      expectGuarded(await roundTrip(await serve(options), '/notes/1', {}));
    });

    it('that have a GET each does not boot with one write for them all, unless it names one', async () => {
      const of = (rule: MethodDecorator): AppOptions => ({
        controllers: [versioned([Version(['1', '2']), rule])],
        configure: byHeader,
      });
      await expect(create(adapter, of(IfMatch()))).rejects.toThrow(
        "VersionedController.update answers in API versions that have different GET handlers, VersionedController.findOneOf1 and VersionedController.findOne: name the one to compare with, @IfMatch({ current: 'findOne' }), or write a handler for each version",
      );
      const app = await create(adapter, of(IfMatch({ current: 'findOne' })));
      await app.close();
    });
  });
});
