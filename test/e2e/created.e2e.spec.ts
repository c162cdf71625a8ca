import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  Body,
  Controller,
  Get,
  Header,
  HttpCode,
  HttpStatus,
  NotFoundException,
  Param,
  Post,
  Put,
  Res,
} from '@nestjs/common';
import { ETag, IfMatch, LastModified, Precondition, SkipETag, WeakETag } from '../../src/index.js';
import { describeOnEachAdapter } from '../support/each-adapter.js';
import type { Running } from '../support/each-adapter.js';
import type { RawResponse } from '../support/raw-request.js';
import { tagOf } from '../support/tag-of.js';

interface Page {
  title: string;
  updatedAt: string;
}

interface Response {
  header(name: string, value: string): Response;
  status(code: number): Response;
}

const pages = new Map<string, Page>();

function found(slug: string): Page {
  const page = pages.get(slug);
  if (page === undefined) throw new NotFoundException();
  return page;
}

@Controller('pages')
@ETag()
@LastModified('updatedAt')
class PagesController {
  @Get(':slug')
  findOne(@Param('slug') slug: string): Page {
    return found(slug);
  }

  @Post()
  create(@Body() page: Page, @Res({ passthrough: true }) response: Response): Page {
    pages.set('new', page);
    response.header('Location', '/pages/new');
    return page;
  }

  @Post('card')
  @WeakETag(['title'])
  @Header('Location', '/pages/new')
  card(@Body() page: Page): Page {
    return page;
  }

  @Post('untagged')
  @SkipETag()
  untagged(@Body() page: Page): Page {
    return page;
  }

  @Post('preview')
  @HttpCode(200)
  preview(@Body() page: Page): Page {
    return page;
  }

  @Post('later')
  @HttpCode(202)
  later(@Body() page: Page): Page {
    return page;
  }

  @Put(':slug')
  @IfMatch({ creates: true })
  put(
    @Param('slug') slug: string,
    @Body() page: Page,
    @Precondition() precondition: Precondition,
    @Res({ passthrough: true }) response: Response,
  ): Page {
    const isNew = precondition.representation === undefined;
    response.status(isNew ? HttpStatus.CREATED : HttpStatus.OK);
    if (isNew) response.header('Location', `/pages/${slug}`);
    pages.set(slug, page);
    return page;
  }
}

describeOnEachAdapter('what was created', (start) => {
  let running: Running;
  const body = { title: 'Hello', updatedAt: '2026-11-21T10:00:00.000Z' };

  beforeAll(async () => {
    running = await start({ controllers: [PagesController] });
  });
  beforeEach(() => pages.clear());
  afterAll(() => running.close());

  function post(path: string): Promise<RawResponse> {
    return running.send({ method: 'POST', path, body });
  }

  function put(headers: Record<string, string>): Promise<RawResponse> {
    return running.send({ method: 'PUT', path: '/pages/home', headers, body });
  }

  describe('by POST', () => {
    it('has the tag and the date that GET of its Location sends', async () => {
      const created = await post('/pages');
      expect(created.status).toBe(201);
      expect(created.headers.location).toBe('/pages/new');
      const read = await running.send(`GET ${created.headers.location}`);
      expect(read.status).toBe(200);
      expect(created.headers.etag).toBe(read.headers.etag);
      expect(created.headers.etag).toBe(tagOf(created.text));
      expect(created.headers['last-modified']).toBe('Sat, 21 Nov 2026 10:00:00 GMT');
    });

    it('can be changed at once by that tag', async () => {
      const { headers } = await post('/pages');
      const changed = await running.send({
        method: 'PUT',
        path: headers.location as string,
        headers: { 'If-Match': headers.etag as string },
        body: { ...body, title: 'Changed' },
      });
      expect(changed.status).toBe(200);
    });

    it('is not tagged where the handler says so, nor with a tag that GET does not send', async () => {
      pages.delete('new');
      expect((await post('/pages/card')).headers.etag).toBeUndefined();
      expect((await post('/pages/untagged')).headers.etag).toBeUndefined();
    });

    it.each(['preview', 'later'])('is not there with another status (%s)', async (path) => {
      expect((await post(`/pages/${path}`)).headers.etag).toBeUndefined();
    });

    it('asks for no precondition, and heeds none', async () => {
      const conditional = await running.send({
        method: 'POST',
        path: '/pages',
        headers: { 'If-None-Match': '*' },
        body,
      });
      expect(conditional.status).toBe(201);
    });
  });

  describe('by PUT with creates: true', () => {
    it('is 201 with its tag and Location, and 200 with its tag when it was there', async () => {
      const created = await put({ 'If-None-Match': '*' });
      expect(created.status).toBe(201);
      expect(created.headers.location).toBe('/pages/home');
      const changed = await put({ 'If-Match': created.headers.etag as string });
      expect(changed.status).toBe(200);
      expect(changed.headers.location).toBeUndefined();
      expect(changed.headers.etag).toBe((await running.send('GET /pages/home')).headers.etag);
    });

    it('is created once by If-None-Match: *', async () => {
      await put({ 'If-None-Match': '*' });
      const again = await put({ 'If-None-Match': '*' });
      expect(again.status).toBe(412);
      expect(again.json()).toMatchObject({ reason: 'exists' });
      expect(again.headers.etag).toBe(tagOf(JSON.stringify(body)));
    });

    it('is created once by any number of writers at the same time', async () => {
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => put({ 'If-None-Match': '*' })),
      );
      const statuses = answers.map(({ status }) => status).sort((a, b) => a - b);
      expect(statuses).toEqual([201, ...Array.from({ length: 19 }, () => 412)]);
    });
  });
});
