import { describe, expect, it, jest } from '@jest/globals';
import {
  Body,
  Controller,
  Get,
  HttpCode,
  Injectable,
  Logger,
  NotFoundException,
  Param,
  Post,
  Put,
} from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, ApiOkResponse, ApiProperty } from '@nestjs/swagger';
import { ETag, IfMatch, ItemETags, WeakETag } from '../../src/index.js';
import type { ETagOptions, ETagValidator } from '../../src/index.js';
import { documentETags } from '../../src/swagger/index.js';
import { create, describeOnEachAdapter, itOnEachAdapter } from '../support/each-adapter.js';
import { tagOf } from '../support/tag-of.js';

class Row {
  @ApiProperty()
  id!: number;
  @ApiProperty()
  name!: string;
  @ApiProperty()
  version!: number | string;
}

const rows = new Map<number, Row>();

function found(id: string): Row {
  const row = rows.get(Number(id));
  if (row === undefined) throw new NotFoundException();
  return row;
}

function saved(id: string, { name }: { name: string }): Row {
  const before = rows.get(Number(id));
  const row = { id: Number(id), name, version: Number(before?.version ?? 0) + 1 };
  rows.set(row.id, row);
  return row;
}

@Injectable()
class RowVersions implements ETagValidator {
  validate({ params }: { params: { id: string } }): number | string | null {
    return rows.get(Number(params.id))?.version ?? null;
  }
}

@Controller('odata')
@ETag<Row>({ version: 'version', verbatim: true, weak: true, property: '@odata.etag' })
class ODataController {
  @Get()
  @ItemETags()
  findAll(): Row[] {
    return [...rows.values()];
  }

  @Get(':id')
  @ApiOkResponse({ type: Row })
  findOne(@Param('id') id: string): Row {
    return found(id);
  }

  @Post()
  create(@Body() body: { name: string }): Row {
    return saved('9', body);
  }

  @Put(':id')
  @IfMatch({ comparison: 'weak' })
  update(@Param('id') id: string, @Body() body: { name: string }): Row {
    return saved(id, body);
  }

  @Put(':id/quietly')
  @IfMatch({ comparison: 'weak', current: 'findOne' })
  @HttpCode(204)
  quietly(@Param('id') id: string, @Body() body: { name: string }): void {
    saved(id, body);
  }
}

@Controller('validated')
class ValidatedController {
  @Get(':id')
  @ETag({ validator: RowVersions, verbatim: true, weak: true, property: ['meta', 'version'] })
  findOne(@Param('id') id: string): object {
    const { version: _, ...row } = found(id);
    return { ...row, meta: { type: 'Row' } };
  }

  @Put(':id')
  @IfMatch({ comparison: 'weak' })
  update(@Param('id') id: string, @Body() body: { name: string }): object {
    return Object.assign({}, saved(id, body), { meta: { type: 'Row' } });
  }
}

@Controller('bytes')
@ETag({ weak: true })
class BytesController {
  @Get(':id')
  findOne(@Param('id') id: string): Row {
    return found(id);
  }

  @Put(':id')
  @IfMatch({ comparison: 'weak' })
  update(@Param('id') id: string, @Body() body: { name: string }): Row {
    return saved(id, body);
  }
}

@Controller('selected')
class SelectedController {
  @Get(':id')
  @WeakETag<Row>(['name'], { property: 'etag' })
  findOne(@Param('id') id: string): Row {
    return found(id);
  }
}

const application = {
  controllers: [ODataController, ValidatedController, BytesController, SelectedController],
  providers: [RowVersions],
  configure: (): void => {
    rows.clear();
    rows.set(1, { id: 1, name: 'first', version: 3 });
  },
};

describeOnEachAdapter('@ETag({ version, verbatim, weak, property })', (start) => {
  it('sends the version itself, in the header and in the body, and 304 for it', async () => {
    const { send, close } = await start(application);
    const answer = await send('GET /odata/1');
    expect(answer.headers.etag).toBe('W/"3"');
    expect(answer.json()).toEqual({ id: 1, name: 'first', version: 3, '@odata.etag': 'W/"3"' });
    const again = await send({ path: '/odata/1', headers: { 'If-None-Match': 'W/"3"' } });
    expect([again.status, again.text]).toEqual([304, '']);
    const other = await send({ path: '/odata/1', headers: { 'If-None-Match': 'W/"2"' } });
    expect(other.status).toBe(200);
    await close();
  });

  it('puts it into the items of a list, under the same property', async () => {
    const { send, close } = await start(application);
    expect(JSON.parse((await send('GET /odata')).text)).toEqual([
      { id: 1, name: 'first', version: 3, '@odata.etag': 'W/"3"' },
    ]);
    await close();
  });

  it('sends it with 201, 200, 204 and 412', async () => {
    const { send, close } = await start(application);
    const created = await send({ method: 'POST', path: '/odata', body: { name: 'new' } });
    expect([created.status, created.headers.etag]).toEqual([201, 'W/"1"']);
    expect(created.json()['@odata.etag']).toBe('W/"1"');
    const put = (path: string, ifMatch: string) =>
      send({ method: 'PUT', path, headers: { 'If-Match': ifMatch }, body: { name: 'x' } });
    const written = await put('/odata/1', 'W/"3"');
    expect([written.status, written.headers.etag]).toEqual([200, 'W/"4"']);
    expect(written.json()['@odata.etag']).toBe('W/"4"');
    const stale = await put('/odata/1', 'W/"3"');
    expect([stale.status, stale.headers.etag]).toEqual([412, 'W/"4"']);
    const quiet = await put('/odata/1/quietly', 'W/"4"');
    expect([quiet.status, quiet.headers.etag, quiet.text]).toEqual([204, 'W/"5"', '']);
    await close();
  });

  it('is the same for a validator, whose tag stands in the body at a path', async () => {
    const { send, close } = await start(application);
    const answer = await send('GET /validated/1');
    expect(answer.headers.etag).toBe('W/"3"');
    expect(answer.json()).toEqual({
      id: 1,
      name: 'first',
      meta: { type: 'Row', version: 'W/"3"' },
    });
    expect(
      (await send({ path: '/validated/1', headers: { 'If-None-Match': 'W/"3"' } })).status,
    ).toBe(304);
    const put = (ifMatch: string) =>
      send({
        method: 'PUT',
        path: '/validated/1',
        headers: { 'If-Match': ifMatch },
        body: { name: 'second' },
      });
    const stale = await put('W/"2"');
    expect([stale.status, stale.headers.etag]).toEqual([412, 'W/"3"']);
    const written = await put('W/"3"');
    expect([written.status, written.headers.etag]).toEqual([200, 'W/"4"']);
    expect(written.json()['meta']).toEqual({ type: 'Row', version: 'W/"4"' });
    await close();
  });

  it.each(['a"b', 'a b', 'a\nb', 'ä', 'a\u007fb'])(
    'reports %j, which cannot stand in a tag, once, and sends the tag of the bytes',
    async (version) => {
      const error = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
      const { send, close } = await start(application);
      rows.set(1, { id: 1, name: 'first', version });
      const answer = await send('GET /odata/1');
      const again = await send('GET /odata/1');
      expect(answer.status).toBe(200);
      expect(answer.headers.etag).toBe(`W/${tagOf(answer.text)}`);
      expect(again.headers.etag).toBe(answer.headers.etag);
      const lines = error.mock.calls.filter(([line]) => String(line).includes('cannot stand'));
      expect(lines).toHaveLength(1);
      expect(lines[0]?.[0]).toContain('ODataController.findOne');
      error.mockRestore();
      await close();
    },
  );

  it('sends no tag that cannot be one, wherever it would stand', async () => {
    const error = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
    const { send, close } = await start(application);
    rows.set(1, { id: 1, name: 'first', version: 'a"b' });
    const answers = [
      await send('GET /odata/1'),
      await send('GET /odata'),
      await send('GET /validated/1'),
      await send({ method: 'PUT', path: '/odata/1', headers: { 'If-Match': 'W/"x"' }, body: {} }),
      await send({
        method: 'PUT',
        path: '/validated/1',
        headers: { 'If-Match': 'W/"x"' },
        body: {},
      }),
    ];
    error.mockRestore();
    await close();
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 412, 412]);
    for (const { headers, text } of answers) {
      expect(headers.etag ?? '"none"').toMatch(/^(W\/)?"[\w]*"$/);
      expect(text.replaceAll('"version":"a\\"b"', '')).not.toContain('a\\"b');
    }
  });
});

itOnEachAdapter(
  '@ETag({ weak: true }) sends the tag of all bytes, marked weak',
  application,
  async ({ send }) => {
    const answer = await send('GET /bytes/1');
    const { etag = '' } = answer.headers;
    expect(etag).toBe(`W/${tagOf(answer.text)}`);
    expect((await send({ path: '/bytes/1', headers: { 'If-None-Match': etag } })).status).toBe(304);
    const put = { method: 'PUT', path: '/bytes/1', headers: { 'If-Match': etag } };
    const written = await send({ ...put, body: { name: 'second' } });
    expect([written.status, written.headers.etag]).toEqual([200, `W/${tagOf(written.text)}`]);
    expect((await send({ ...put, body: { name: 'third' } })).status).toBe(412);
  },
);

itOnEachAdapter(
  '@WeakETag({ property }) puts the tag of the selection into the body',
  application,
  async ({ send }) => {
    const answer = await send('GET /selected/1');
    expect(answer.headers.etag).toMatch(/^W\/"/);
    expect(answer.json()['etag']).toBe(answer.headers.etag);
  },
);

describe('at boot', () => {
  const bootError = async (
    options: object,
    more: { secret?: string; comparison?: 'weak' } = {},
  ): Promise<unknown> => {
    @Controller('rows')
    class RowsController {
      @Get(':id')
      @ETag(options as ETagOptions)
      findOne(): object {
        return {};
      }

      @Put(':id')
      @IfMatch(more.comparison === undefined ? {} : { comparison: more.comparison })
      update(): object {
        return {};
      }
    }
    const { secret } = more;
    return create('express', {
      controllers: [RowsController],
      ...(secret === undefined ? {} : { etag: { secret } }),
    }).then(
      (app) => app.close(),
      (error: Error) => error.message,
    );
  };

  it.each<[object, object, string]>([
    [{ verbatim: true }, {}, 'takes verbatim together with a version'],
    [{ property: 'etag' }, {}, 'a tag of the bytes that are sent cannot stand in them'],
    [{ version: 'v', verbatim: 'yes' }, {}, "option 'verbatim' must be true or false"],
    [{ weak: 1 }, {}, "option 'weak' must be true or false"],
    [{ version: 'v', property: 'meta.version' }, {}, "an array for a path, ['meta','version']"],
    [
      { version: 'v', verbatim: true },
      { secret: 'of sixteen bytes' },
      "shows the version that the module's option 'secret' is there to hide",
    ],
    [{ version: 'v', verbatim: true, weak: true }, {}, "@IfMatch({ comparison: 'weak' })"],
    [{ weak: true }, {}, "@IfMatch({ comparison: 'weak' })"],
  ])('%j with %j is refused', async (options, more, message) => {
    expect(await bootError(options, more)).toContain(message);
  });

  it.each<[object, object]>([
    [{ version: 'v', verbatim: true }, {}],
    [{ version: 'v' }, { secret: 'of sixteen bytes' }],
    [{ version: 'v', verbatim: true, weak: true }, { comparison: 'weak' }],
  ])('%j with %j boots', async (options, more) => {
    expect(await bootError(options, more)).toBeUndefined();
  });
});

it('OpenAPI shows the version as the tag, and the property in the body', async () => {
  const app = await create('express', application);
  const document = SwaggerModule.createDocument(app, new DocumentBuilder().build());
  const { get } = documentETags(document, app).paths['/odata/{id}'] as { get: unknown };
  expect(get).toMatchObject({
    responses: {
      200: {
        headers: {
          ETag: { description: 'Weak entity tag: the version of this resource.', example: 'W/"3"' },
        },
        content: {
          'application/json': {
            schema: {
              allOf: [
                { $ref: '#/components/schemas/Row' },
                { required: ['@odata.etag'], properties: { '@odata.etag': { type: 'string' } } },
              ],
            },
          },
        },
      },
    },
  });
  await app.close();
});
