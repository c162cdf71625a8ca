import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  Body,
  ClassSerializerInterceptor,
  Controller,
  Get,
  Header,
  NotFoundException,
  Param,
  ParseIntPipe,
  Post,
  Put,
  Query,
  Res,
  StreamableFile,
  UseInterceptors,
} from '@nestjs/common';
import type { Type } from '@nestjs/common';
import { Exclude } from 'class-transformer';
import { ETag, IfMatch, ItemETags, SkipETag, WeakETag } from '../../src/index.js';
import type { ETagValidator } from '../../src/index.js';
import { create, describeOnEachAdapter } from '../support/each-adapter.js';
import type { Running } from '../support/each-adapter.js';
import { tagOf } from '../support/tag-of.js';

class Row {
  id: number;
  name: string;
  version = 1;

  @Exclude()
  password = 'secret';

  constructor(id: number, name: string) {
    this.id = id;
    this.name = name;
  }
}

const rows = new Map<number, Row>();
let total = 0;

function found(id: number): Row {
  const row = rows.get(id);
  if (row === undefined) throw new NotFoundException();
  return row;
}

interface Response {
  setHeader?(name: string, value: unknown): void;
  header(name: string, value: unknown): void;
}

/** Pages of rows; how many there are stands only in the header. */
abstract class PagingController {
  protected page(page: string, response: Response): Row[] {
    response.header('X-Total-Count', String(total));
    response.header('Link', `</rows?page=${Number(page) + 1}>; rel="next"`);
    return [...rows.values()];
  }
}

@Controller('pages')
class PagesController extends PagingController {
  @Get()
  @ETag({ headers: ['Link', 'X-Total-Count'] })
  counted(@Query('page') page: string, @Res({ passthrough: true }) response: Response): Row[] {
    return this.page(page, response);
  }

  @Get('uncounted')
  @ETag()
  uncounted(@Query('page') page: string, @Res({ passthrough: true }) response: Response): Row[] {
    return this.page(page, response);
  }

  @Get('declared')
  @ETag({ headers: ['link'] })
  @Header('Link', '</next>; rel="next"')
  declared(): Row[] {
    return [...rows.values()];
  }

  @Put()
  @IfMatch({ etag: false })
  replace(): string {
    return 'replaced';
  }
}

@Controller('rows')
@UseInterceptors(ClassSerializerInterceptor)
@ETag()
class RowsController {
  @Get()
  @ItemETags()
  findAll(): Row[] {
    return [...rows.values()];
  }

  @Get('page/data')
  @ItemETags({ items: 'page.data', property: '_etag', of: 'findOne' })
  page(): unknown {
    return { page: { data: [...rows.values()], number: 1 }, total: rows.size };
  }

  @Get('odd/items')
  @ItemETags({ of: 'findOne' })
  odd(): unknown {
    return [rows.get(1), 'a text', null, 3, [1]];
  }

  @Get('odd/object')
  @ItemETags({ of: 'findOne', items: 'nowhere' })
  noList(): unknown {
    return { rows: 'none' };
  }

  @Get('untagged/list')
  @ItemETags({ of: 'findOne' })
  @SkipETag()
  untagged(): Row[] {
    return [...rows.values()];
  }

  @Get(':id')
  findOne(@Param('id', ParseIntPipe) id: number): Row {
    return found(id);
  }

  @Put(':id')
  @IfMatch()
  update(@Param('id', ParseIntPipe) id: number, @Body() { name }: Row): Row {
    const row = new Row(id, name);
    row.version = found(id).version + 1;
    rows.set(id, row);
    return row;
  }
}

@Controller('documents')
@ETag()
class DocumentsController {
  private readonly document = { toJSON: () => ({ id: 1, name: 'Shaun' }) };

  @Get()
  @ItemETags()
  findAll(): unknown {
    return [this.document];
  }

  @Get(':id')
  findOne(): unknown {
    return this.document;
  }
}

@Controller('versioned')
@ETag({ version: 'version' })
class VersionedController {
  @Get()
  @ItemETags()
  findAll(): unknown {
    return [...rows.values()].map(({ id, version }) => ({ id, version }));
  }

  @Get(':id')
  findOne(@Param('id', ParseIntPipe) id: number): Row {
    return found(id);
  }
}

@Controller('weak')
@WeakETag(['name'])
class WeakController {
  @Get()
  @ItemETags()
  findAll(): Row[] {
    return [...rows.values()];
  }

  @Get(':id')
  findOne(@Param('id', ParseIntPipe) id: number): Row {
    return found(id);
  }
}

describeOnEachAdapter('a list', (start) => {
  let running: Running;

  beforeAll(async () => {
    running = await start({
      controllers: [
        PagesController,
        RowsController,
        DocumentsController,
        VersionedController,
        WeakController,
      ],
    });
  });
  beforeEach(() => {
    rows.clear();
    rows.set(1, new Row(1, 'Shaun'));
    rows.set(2, new Row(2, 'Bitzer'));
    total = 2;
  });
  afterAll(() => running.close());

  async function tag(path: string): Promise<string> {
    return (await running.send(`GET ${path}`)).headers.etag as string;
  }

  describe('whose page says something only in its headers', () => {
    it('has another tag when they change, and 304 as long as they do not', async () => {
      const before = await tag('/pages?page=1');
      const again = await running.send({
        path: '/pages?page=1',
        headers: { 'If-None-Match': before },
      });
      expect(again.status).toBe(304);
      expect(again.headers['x-total-count']).toBe('2');
      expect(again.headers.link).toBe('</rows?page=2>; rel="next"');

      total = 3;
      const changed = await running.send({
        path: '/pages?page=1',
        headers: { 'If-None-Match': before },
      });
      expect(changed.status).toBe(200);
      expect(await tag('/pages?page=2')).not.toBe(changed.headers.etag);
    });

    it('keeps its tag when they are not named', async () => {
      const before = await tag('/pages/uncounted?page=1');
      total = 3;
      expect(await tag('/pages/uncounted?page=2')).toBe(before);
    });

    it('is compared with what is in them when it is written', async () => {
      const write = (etag: string) =>
        running.send({ method: 'PUT', path: '/pages?page=1', headers: { 'If-Match': etag } });
      const before = await tag('/pages?page=1');
      expect((await write(before)).status).toBe(200);
      total = 3;
      expect((await write(before)).status).toBe(412);
    });

    it('counts fields that @Header() sets, named in any case', async () => {
      const { text, headers } = await running.send('GET /pages/declared');
      expect(headers.etag).not.toBe(tagOf(text));
      const content = tagOf(text).slice(1, -1);
      expect(headers.etag).toBe(tagOf(`${content}\nlink: </next>; rel="next"`));
    });
  });

  describe('with @ItemETags()', () => {
    it('has in each item the tag that GET of this item sends', async () => {
      const { text } = await running.send('GET /rows');
      expect(JSON.parse(text)).toEqual([
        { id: 1, name: 'Shaun', version: 1, etag: await tag('/rows/1') },
        { id: 2, name: 'Bitzer', version: 1, etag: await tag('/rows/2') },
      ]);
    });

    it('can be edited from: a row is saved without another read', async () => {
      const [row] = JSON.parse((await running.send('GET /rows')).text) as {
        id: number;
        etag: string;
      }[];
      const save = (name: string) =>
        running.send({
          method: 'PUT',
          path: `/rows/${row?.id}`,
          headers: { 'If-Match': row?.etag ?? '' },
          body: { name },
        });
      expect((await save('Timmy')).status).toBe(200);
      expect((await save('Shirley')).status).toBe(412);
    });

    it('is tagged with them in it, and is 304 as long as no row changed', async () => {
      const before = await running.send('GET /rows');
      expect(before.headers.etag).toBe(tagOf(before.text));
      const headers = { 'If-None-Match': before.headers.etag as string };
      expect((await running.send({ path: '/rows', headers })).status).toBe(304);
      rows.set(2, new Row(2, 'Timmy'));
      expect((await running.send({ path: '/rows', headers })).status).toBe(200);
    });

    it('has them where the options say', async () => {
      const { text } = await running.send('GET /rows/page/data');
      expect(JSON.parse(text)).toEqual({
        page: {
          data: [
            { id: 1, name: 'Shaun', version: 1, _etag: await tag('/rows/1') },
            { id: 2, name: 'Bitzer', version: 1, _etag: await tag('/rows/2') },
          ],
          number: 1,
        },
        total: 2,
      });
    });

    it('takes items for what their toJSON() makes of them', async () => {
      const { text } = await running.send('GET /documents');
      expect(JSON.parse(text)).toEqual([{ id: 1, name: 'Shaun', etag: await tag('/documents/1') }]);
    });

    it('leaves everything alone that is no object of its list', async () => {
      const { text } = await running.send('GET /rows/odd/items');
      expect(JSON.parse(text)).toEqual([
        { id: 1, name: 'Shaun', version: 1, etag: await tag('/rows/1') },
        'a text',
        null,
        3,
        [1],
      ]);
      expect((await running.send('GET /rows/odd/object')).text).toBe('{"rows":"none"}');
    });

    it('needs no tag of its own', async () => {
      const { text, headers } = await running.send('GET /rows/untagged/list');
      expect(headers.etag).toBeUndefined();
      expect(JSON.parse(text)).toEqual([
        expect.objectContaining({ etag: await tag('/rows/1') }),
        expect.objectContaining({ etag: await tag('/rows/2') }),
      ]);
    });

    it('tells the tags of versions also where the list has less of each row than GET', async () => {
      const { text } = await running.send('GET /versioned');
      expect(JSON.parse(text)).toEqual([
        { id: 1, version: 1, etag: await tag('/versioned/1') },
        { id: 2, version: 1, etag: await tag('/versioned/2') },
      ]);
    });

    it('tells weak tags where GET sends weak ones', async () => {
      const { text } = await running.send('GET /weak');
      const [first] = JSON.parse(text) as { etag: string }[];
      expect(first?.etag).toMatch(/^W\//);
      expect(first?.etag).toBe(await tag('/weak/1'));
    });

    it('changes nothing that the handler holds', () => {
      expect(rows.get(1)).toEqual(new Row(1, 'Shaun'));
      expect(rows.get(1)).not.toHaveProperty('etag');
    });
  });
});

describe('@ItemETags() does not boot', () => {
  class Versions implements ETagValidator {
    validate(): number {
      return 1;
    }
  }

  /** A controller with a list and an item, decorated like this. */
  function controller(list: MethodDecorator, item: MethodDecorator, path = ':id'): Type {
    @Controller('items')
    class ItemsController {
      @Get()
      @list
      findAll(): unknown {
        return [];
      }

      @Get(path)
      @item
      findOne(): unknown {
        return {};
      }
    }
    return ItemsController;
  }

  const none: MethodDecorator = () => undefined;

  it.each([
    ['without an item that is tagged', controller(ItemETags(), none), 'put @ETag() on it'],
    [
      'without a GET of one item',
      controller(ItemETags(), ETag(), 'elsewhere/:id'),
      "name it with @ItemETags({ of: 'findOne' })",
    ],
    [
      'with the name of no handler',
      controller(ItemETags({ of: 'findTwo' }), ETag()),
      "needs the GET handler that sends one item, 'findTwo'",
    ],
    [
      'with an empty name for the property',
      controller(ItemETags({ property: '' }), ETag()),
      "option 'property' must be a name that is not empty",
    ],
    [
      'with an item of which only a validator knows the tag',
      controller(ItemETags(), ETag({ validator: Versions })),
      "@ETag({ validator, version: 'version' })",
    ],
    [
      'with an item whose tag counts header fields',
      controller(ItemETags(), ETag({ headers: ['Link'] })),
      'cannot tell the tags of ItemsController.findOne, which count header fields',
    ],
  ])('%s', async (_, items, sentence) => {
    await expect(
      create('express', { controllers: [items], providers: [Versions] }),
    ).rejects.toThrow(sentence);
  });

  it('does with a validator and a version', async () => {
    const items = controller(ItemETags(), ETag({ validator: Versions, version: 'version' }));
    const app = await create('express', { controllers: [items], providers: [Versions] });
    await app.close();
  });

  it('on a write', async () => {
    @Controller('items')
    class SearchController {
      @Post()
      @ItemETags()
      search(): unknown {
        return [];
      }
    }
    await expect(create('express', { controllers: [SearchController] })).rejects.toThrow(
      '@ItemETags() on SearchController.search does nothing to a POST: put it on the GET of the list',
    );
  });
});

describe('@ETag({ headers }) does not boot', () => {
  it.each([
    [{ headers: ['Link'], version: 'version' }, 'leave one of them out'],
    [{ headers: ['no name'] }, 'must be a list of header names'],
  ])('with %j', async (options, sentence) => {
    @Controller('items')
    class ItemsController {
      @Get()
      @ETag(options)
      findAll(): unknown {
        return new StreamableFile(Buffer.from(''));
      }
    }
    await expect(create('express', { controllers: [ItemsController] })).rejects.toThrow(sentence);
  });
});
