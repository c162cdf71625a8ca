import { expect, it } from '@jest/globals';
import { Body, Controller, Get, Param, Post, Put, Version, VersioningType } from '@nestjs/common';
import type { INestApplication, Type } from '@nestjs/common';
import { ETag, IfMatch, ItemETags } from '../../src/index.js';
import type { ETagValidator } from '../../src/index.js';
import { describeOnEachAdapter } from '../support/each-adapter.js';

interface Note {
  readonly id: string;
  readonly text: string;
}

const notes = new Map<string, Note>();

class TextOf implements ETagValidator {
  validate({ params }: { params: { id: string } }): string | null {
    return notes.get(params.id)?.text ?? null;
  }
}

/** How the two API versions show a note. */
const shown: Readonly<Record<ApiVersion, (note: Note | undefined) => object | undefined>> = {
  '1': (note) => note,
  '2': (note) => ({ ...note, author: 'Ann' }),
};

type ApiVersion = '1' | '2';

function save(note: Note): Note {
  notes.set(note.id, note);
  return note;
}

/** One API version, said on the controller or on each of its methods. */
function notesController(version: ApiVersion, saidOn: 'controller' | 'methods'): Type {
  const show = shown[version];
  const ofMethod: MethodDecorator = saidOn === 'methods' ? Version(version) : () => undefined;
  const ofController = saidOn === 'controller' ? { version } : {};

  @Controller({ path: 'notes', ...ofController })
  @ETag()
  class NotesController {
    @Get()
    @ofMethod
    @ItemETags()
    findAll(): unknown[] {
      return [...notes.values()].map((note) => show(note));
    }

    @Get(':id')
    @ofMethod
    findOne(@Param('id') id: string): unknown {
      return show(notes.get(id));
    }

    @Get(':id/validated')
    @ofMethod
    @ETag({ validator: TextOf })
    findValidated(@Param('id') id: string): unknown {
      return show(notes.get(id));
    }

    @Post()
    @ofMethod
    create(@Body() { text }: Note): unknown {
      return show(save({ id: '2', text }));
    }

    @Put(':id')
    @ofMethod
    @IfMatch()
    update(@Param('id') id: string, @Body() { text }: Note): unknown {
      return show(save({ id, text }));
    }
  }
  return NotesController;
}

/** How an application is told of versions, and how a client asks for one. */
const kinds: Readonly<
  Record<
    string,
    [
      configure: (app: INestApplication) => void,
      ask: (version: ApiVersion, path: string) => { path: string; headers: Record<string, string> },
    ]
  >
> = {
  'the path': [
    (app) => void app.enableVersioning({ type: VersioningType.URI }),
    (version, path) => ({ path: `/v${version}${path}`, headers: {} }),
  ],
  'a header': [
    (app) => void app.enableVersioning({ type: VersioningType.HEADER, header: 'X-Version' }),
    (version, path) => ({ path, headers: { 'X-Version': version } }),
  ],
  'the media type': [
    (app) => void app.enableVersioning({ type: VersioningType.MEDIA_TYPE, key: 'v=' }),
    (version, path) => ({ path, headers: { Accept: `application/json;v=${version}` } }),
  ],
  'a function of the application': [
    (app) =>
      void app.enableVersioning({
        type: VersioningType.CUSTOM,
        extractor: (request) =>
          String((request as { headers: Record<string, string> }).headers['x-edition']),
      }),
    (version, path) => ({ path, headers: { 'X-Edition': version } }),
  ],
};

describeOnEachAdapter('API versions in', (start) => {
  it.each(
    Object.keys(kinds).flatMap((kind) =>
      (['controller', 'methods'] as const).map((saidOn) => [kind, saidOn] as const),
    ),
  )('%s, said on the %s, have tags of their own and one resource', async (kind, saidOn) => {
    const [configure, ask] = kinds[kind] as (typeof kinds)[string];
    notes.clear();
    save({ id: '1', text: 'before' });
    const { send, close } = await start({
      controllers: [notesController('1', saidOn), notesController('2', saidOn)],
      providers: [TextOf],
      configure,
    });
    const get = (version: ApiVersion, path: string, more: Record<string, string> = {}) => {
      const { headers, ...asked } = ask(version, path);
      return send({ ...asked, headers: { ...headers, ...more } });
    };
    const write = (method: string, version: ApiVersion, path: string, etag?: string) => {
      const { headers, ...asked } = ask(version, path);
      const condition = etag === undefined ? {} : { 'If-Match': etag };
      const body = { text: `by ${version}` };
      return send({ method, ...asked, headers: { ...headers, ...condition }, body });
    };

    const tags = new Map<ApiVersion, string>();
    for (const version of ['1', '2'] as const) {
      const { headers, text } = await get(version, '/notes/1');
      const etag = String(headers.etag);
      tags.set(version, etag);
      expect(JSON.parse(text)).toEqual(shown[version](notes.get('1')));
      expect((await get(version, '/notes/1', { 'If-None-Match': etag })).status).toBe(304);
      const [item] = (await get(version, '/notes')).json() as unknown as { etag: string }[];
      expect(item?.etag).toBe(etag);
      const validated = String((await get(version, '/notes/1/validated')).headers.etag);
      const again = await get(version, '/notes/1/validated', { 'If-None-Match': validated });
      expect(again.status).toBe(304);
      tags.set(version, etag);
    }
    const [one, two] = [tags.get('1') as string, tags.get('2') as string];
    expect(one).not.toBe(two);
    expect((await get('2', '/notes/1', { 'If-None-Match': one })).status).toBe(200);

    const created = await write('POST', '2', '/notes');
    expect(created.headers.etag).toBe((await get('2', '/notes/2')).headers.etag);

    expect((await write('PUT', '1', '/notes/1')).status).toBe(428);
    expect((await write('PUT', '1', '/notes/1', two)).status).toBe(412);
    expect((await write('PUT', '1', '/notes/1', one)).status).toBe(200);
    expect((await write('PUT', '2', '/notes/1', two)).status).toBe(412);
    const now = String((await get('2', '/notes/1')).headers.etag);
    expect((await write('PUT', '2', '/notes/1', now)).status).toBe(200);
    await close();
  });
});
