import { afterAll, afterEach, beforeAll, beforeEach, expect, it, jest } from '@jest/globals';
import {
  Controller,
  Get,
  Header,
  HttpCode,
  Logger,
  Put,
  Redirect,
  Render,
  Res,
} from '@nestjs/common';
import { ETag, IfMatch } from '../../src/index.js';
import { create, describeOnEachAdapter } from '../support/each-adapter.js';
import type { Running } from '../support/each-adapter.js';
import type { RawResponse } from '../support/raw-request.js';
import { tagOf } from '../support/tag-of.js';
import { htmlOf, useViews } from '../support/views.js';

let name = 'first';

interface Response {
  header(name: string, value: string): Response;
  status(code: number): Response;
  send(body: unknown): void;
}

/** A guarded PUT of one resource in every way that Nest can answer. */
@Controller('farm')
@ETag()
class FarmController {
  @Get()
  findOne(): unknown {
    return { name };
  }

  @Put()
  @IfMatch()
  plain(): unknown {
    return { name: (name = 'changed') };
  }

  @Put('201')
  @HttpCode(201)
  @IfMatch({ current: 'findOne' })
  created(): unknown {
    return { name: (name = 'changed') };
  }

  @Put('202')
  @HttpCode(202)
  @IfMatch({ current: 'findOne' })
  accepted(): unknown {
    return { name: (name = 'changed') };
  }

  @Put('204')
  @HttpCode(204)
  @IfMatch({ current: 'findOne' })
  noContent(): void {
    name = 'changed';
  }

  @Put('header')
  @Header('X-Farm', 'Mossy Bottom')
  @Header('ETag', '"mine"')
  @IfMatch({ current: 'findOne' })
  header(): unknown {
    return { name: (name = 'changed') };
  }

  @Put('redirect')
  @Redirect('/farm', 303)
  @IfMatch({ current: 'findOne' })
  redirect(): void {
    name = 'changed';
  }

  @Put('render')
  @Render('farm')
  @IfMatch({ current: 'findOne', etag: false })
  render(): unknown {
    return { name: (name = 'changed') };
  }

  @Put('passthrough')
  @IfMatch({ current: 'findOne' })
  passthrough(@Res({ passthrough: true }) response: Response): unknown {
    response.header('X-Farm', 'Mossy Bottom');
    return { name: (name = 'changed') };
  }

  @Put('by-itself')
  @IfMatch({ current: 'findOne' })
  byItself(@Res() response: Response): void {
    response.status(200).send({ name: (name = 'changed') });
  }
}

describeOnEachAdapter('a guarded write that answers with', (start, adapter) => {
  let running: Running;
  const ways = {
    'a value': '',
    '@HttpCode(201)': '/201',
    '@HttpCode(202)': '/202',
    '@HttpCode(204)': '/204',
    '@Header()': '/header',
    '@Redirect()': '/redirect',
    '@Render()': '/render',
    '@Res({ passthrough: true })': '/passthrough',
    '@Res()': '/by-itself',
  };

  beforeAll(async () => {
    running = await start({ controllers: [FarmController], configure: useViews });
  });
  beforeEach(() => {
    name = 'first';
  });
  afterAll(() => running.close());

  function put(path: string, etag: string | undefined): Promise<RawResponse> {
    const headers = etag === undefined ? {} : { 'If-Match': etag };
    return running.send({ method: 'PUT', path: `/farm${path}`, headers });
  }

  const first = tagOf('{"name":"first"}');
  const changed = tagOf('{"name":"changed"}');

  it.each(Object.entries(ways))('%s is refused and let through like any other', async (_, path) => {
    expect((await put(path, undefined)).status).toBe(428);
    const stale = await put(path, '"stale"');
    expect(stale.status).toBe(412);
    expect(stale.headers.etag).toBe(first);
    expect(name).toBe('first');
    expect((await put(path, first)).status).toBeLessThan(400);
    expect(name).toBe('changed');
  });

  it.each([
    ['a value', '', 200, changed],
    ['@HttpCode(201)', '/201', 201, changed],
    ['@HttpCode(202), which is no new representation yet', '/202', 202, undefined],
    ['@HttpCode(204), which has no content', '/204', 204, changed],
    ['@Header(), a tag of its own among them', '/header', 200, '"mine"'],
    ['@Redirect()', '/redirect', 303, undefined],
    ['@Render(), which is not the representation', '/render', 200, undefined],
    ['@Res({ passthrough: true })', '/passthrough', 200, changed],
    ['@Res(), whose answer is its own affair', '/by-itself', 200, undefined],
  ])('%s has this status and tag', async (_, path, status, etag) => {
    const answer = await put(path, first);
    expect([answer.status, answer.headers.etag]).toEqual([status, etag]);
  });

  it('@Header() or @Res() sends the fields that they set', async () => {
    expect((await put('/header', first)).headers['x-farm']).toBe('Mossy Bottom');
    name = 'first';
    expect((await put('/passthrough', first)).headers['x-farm']).toBe('Mossy Bottom');
  });

  it('@Redirect() or @Render() sends where to go, and the page', async () => {
    expect((await put('/redirect', first)).headers.location).toBe('/farm');
    name = 'first';
    expect((await put('/render', first)).text).toBe(htmlOf('changed'));
  });

  it.each(['findOne', undefined])('a page is not compared with (current: %s)', async (current) => {
    @Controller('page')
    @ETag()
    class PageController {
      @Get()
      @Render('farm')
      findOne(): unknown {
        return { name };
      }

      @Put()
      @IfMatch(current === undefined ? {} : { current })
      update(): unknown {
        return {};
      }
    }
    await expect(create(adapter, { controllers: [PageController] })).rejects.toThrow(
      'PageController.update is compared with PageController.findOne, which renders a view or redirects',
    );
  });
});

let version = 1;

@Controller('answers')
@ETag()
class AnswersController {
  @Get()
  findOne(): unknown {
    return { name, version };
  }

  @Get('list')
  list(): unknown {
    return [{ name }];
  }

  @Put()
  @IfMatch()
  replace(): unknown {
    return { success: true };
  }

  @Put('text')
  @IfMatch({ current: 'findOne' })
  text(): unknown {
    return 'done';
  }

  @Put('empty')
  @IfMatch({ current: 'findOne' })
  empty(): unknown {
    return {};
  }

  @Put('list')
  @IfMatch()
  one(): unknown {
    return { name };
  }

  @Put('meant')
  @IfMatch({ current: 'findOne', etag: false })
  meant(): unknown {
    return { success: true };
  }

  @Put('own')
  @Header('ETag', '"own"')
  @IfMatch({ current: 'findOne' })
  own(): unknown {
    return { success: true };
  }

  @Put('part')
  @IfMatch({ current: 'findOne' })
  part(): unknown {
    return { name };
  }
}

@Controller('versions')
@ETag({ version: 'version' })
class VersionsController {
  @Get()
  findOne(): unknown {
    return { name, version };
  }

  @Put()
  @IfMatch()
  replace(): unknown {
    return { name };
  }

  @Put('raised')
  @IfMatch({ current: 'findOne' })
  raised(): unknown {
    version += 1;
    return { version };
  }
}

@Controller('documents')
@ETag()
class DocumentsController {
  @Get()
  findOne(): unknown {
    return { toJSON: () => ({ name }), _doc: {} };
  }

  @Put()
  @IfMatch()
  replace(): unknown {
    return { name };
  }
}

describeOnEachAdapter(
  'a guarded write that answers with something else than GET sends',
  (start) => {
    let running: Running;
    let warn: jest.SpiedFunction<Logger['warn']>;

    beforeAll(async () => {
      running = await start({
        controllers: [AnswersController, VersionsController, DocumentsController],
      });
    });
    beforeEach(() => {
      warn = jest.spyOn(Logger.prototype, 'warn').mockReturnValue();
    });
    afterEach(() => void jest.restoreAllMocks());
    afterAll(() => running.close());

    const put = (path: string, headers = { 'If-Match': '*' }): Promise<RawResponse> =>
      running.send({ method: 'PUT', path, headers });

    it.each([
      ['another object', '/answers'],
      ['a text', '/answers/text'],
      ['an empty object', '/answers/empty'],
      ['one instead of a list', '/answers/list'],
      ['no version where GET has one', '/versions'],
    ])('%s: gets no tag where GET sends what it sent before', async (_, path) => {
      for (const { status, headers } of [await put(path), await put(path)]) {
        expect([status, headers.etag, headers['cache-control']]).toEqual([
          200,
          undefined,
          undefined,
        ]);
      }
      expect(warn).not.toHaveBeenCalled();
    });

    it.each([
      ['as it says itself', '/answers/meant', undefined],
      ['and sets a tag itself', '/answers/own', '"own"'],
      ['in part', '/answers/part', undefined],
      ['with the new version', '/versions/raised', expect.any(String)],
      ['of a class that makes its own JSON', '/documents', tagOf('{"name":"first"}')],
    ])('%s: is as it was', async (_, path, etag) => {
      name = 'first';
      const { status, headers } = await put(path);
      expect([status, headers.etag]).toEqual([200, etag]);
      expect(warn).not.toHaveBeenCalled();
    });
  },
);
