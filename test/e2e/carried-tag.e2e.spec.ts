import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Body, Controller, Delete, Get, Header, Patch, Put, ValidationPipe } from '@nestjs/common';
import { IsString } from 'class-validator';
import { ETag, IfMatch, SkipETag, WeakETag } from '../../src/index.js';
import { create, describeOnEachAdapter } from '../support/each-adapter.js';
import type { Running } from '../support/each-adapter.js';
import type { RawResponse } from '../support/raw-request.js';
import { tagOf } from '../support/tag-of.js';

class ChangeName {
  @IsString()
  name!: string;
}

let name = 'first';
/** The bodies that handlers were given. */
let bodies: unknown[] = [];

/** Refuses every property that it does not know. */
const strict = new ValidationPipe({ whitelist: true, forbidNonWhitelisted: true });

abstract class NameController {
  protected write(body: ChangeName): ChangeName {
    bodies.push(body);
    name = body.name;
    return { name };
  }
}

@Controller('farm')
@ETag()
class FarmController extends NameController {
  @Get()
  findOne(): ChangeName {
    return { name };
  }

  @Put()
  @IfMatch({ field: 'etag' })
  put(@Body(strict) body: ChangeName): ChangeName {
    return this.write(body);
  }

  @Patch()
  @IfMatch()
  patch(@Body(strict) body: ChangeName): ChangeName {
    return this.write(body);
  }

  @Delete()
  @IfMatch({ field: 'etag', required: true })
  remove(): unknown {
    bodies.push('removed');
    return { removed: true };
  }

  @Get('weak')
  @WeakETag(['name'])
  card(): ChangeName {
    return { name };
  }

  @Put('weak')
  @IfMatch({ field: 'etag', comparison: 'weak' })
  putCard(@Body(strict) body: ChangeName): ChangeName {
    return this.write(body);
  }

  @Get('own')
  @Header('ETag', 'W/"mine"')
  own(): ChangeName {
    return { name };
  }

  @Put('own')
  @IfMatch({ comparison: 'weak' })
  putOwn(@Body(strict) body: ChangeName): ChangeName {
    return this.write(body);
  }

  @Get('untagged')
  @SkipETag()
  untagged(): ChangeName {
    return { name };
  }
}

const first = tagOf('{"name":"first"}');

describeOnEachAdapter('a tag', (start) => {
  let running: Running;

  beforeAll(async () => {
    running = await start({
      controllers: [FarmController],
      etag: { versionHeader: 'X-Resource-Version' },
    });
  });
  beforeEach(() => {
    name = 'first';
    bodies = [];
  });
  afterAll(() => running.close());

  function write(
    method: string,
    body: unknown,
    headers: Record<string, string> = {},
    path = '/farm',
  ): Promise<RawResponse> {
    return running.send({ method, path, headers, body });
  }

  describe('in a property of the body', () => {
    it('is as good as If-Match, and taken out before the body is validated', async () => {
      const answer = await write('PUT', { name: 'second', etag: first });
      expect(answer.status).toBe(200);
      expect(answer.headers.etag).toBe(tagOf('{"name":"second"}'));
      expect(bodies).toEqual([{ name: 'second' }]);
    });

    it('is as good for a DELETE', async () => {
      expect((await write('DELETE', { etag: '"stale"' })).status).toBe(412);
      expect((await write('DELETE', { etag: first })).status).toBe(200);
      expect(bodies).toEqual(['removed']);
    });

    it('that is stale is 412 with the current one', async () => {
      const answer = await write('PUT', { name: 'second', etag: '"stale"' });
      expect(answer.status).toBe(412);
      expect(answer.headers.etag).toBe(first);
      expect(answer.json()).toMatchObject({ reason: 'changed' });
      expect(bodies).toEqual([]);
    });

    it('may be weak where weak ones are compared', async () => {
      const { etag } = (await running.send('GET /farm/weak')).headers;
      expect(etag).toMatch(/^W\//);
      const answer = await write('PUT', { name: 'second', etag }, {}, '/farm/weak');
      expect(answer.status).toBe(200);
    });

    it('may be * for whatever there is', async () => {
      expect((await write('PUT', { name: 'second', etag: '*' })).status).toBe(200);
    });

    it.each([
      ['no quotes', 'abc'],
      ['nothing', ''],
      ['half a tag', '"abc'],
      ['no text', 3],
      ['null', null],
      ['a list', ['"abc"']],
    ])('that is none is 400 (%s)', async (_, etag) => {
      const answer = await write('PUT', { name: 'second', etag });
      expect(answer.status).toBe(400);
      expect(answer.json()).toMatchObject({ reason: 'malformed' });
      expect(bodies).toEqual([]);
    });

    it('is 428 when it is not there either', async () => {
      expect((await write('PUT', { name: 'second' })).status).toBe(428);
      expect((await write('PUT', undefined)).status).toBe(428);
      expect((await write('PUT', ['etag'])).status).toBe(428);
    });

    it('is a property like any other where the rule does not name it', async () => {
      const answer = await write('PATCH', { name: 'second', etag: first });
      expect(answer.status).toBe(428);
      const guarded = await write('PATCH', { name: 'second', etag: first }, { 'If-Match': first });
      expect(guarded.status).toBe(400);
      expect(guarded.json()['message']).toEqual(['property etag should not exist']);
    });

    describe('beside If-Match', () => {
      it('may say the same', async () => {
        const answer = await write('PUT', { name: 'second', etag: first }, { 'If-Match': first });
        expect(answer.status).toBe(200);
        expect(bodies).toEqual([{ name: 'second' }]);
      });

      it.each([
        ['the header is current', { 'If-Match': first }, '"stale"'],
        ['the property is current', { 'If-Match': '"stale"' }, first],
        ['the header is *', { 'If-Match': '*' }, first],
      ])('is 400 when they differ, whichever is right (%s)', async (_, headers, etag) => {
        const answer = await write('PUT', { name: 'second', etag }, headers);
        expect(answer.status).toBe(400);
        expect(answer.json()).toMatchObject({
          reason: 'malformed',
          message:
            "If-Match and the property 'etag' of the body name different versions: send one of them",
        });
        expect(bodies).toEqual([]);
      });
    });
  });

  describe('in a header that no proxy touches', () => {
    const bare = first.slice(1, -1);

    it('stands in every answer that has a tag: 200, 304, 412 and that of a write', async () => {
      const full = await running.send('GET /farm');
      expect(full.headers['x-resource-version']).toBe(bare);
      const again = await running.send({ path: '/farm', headers: { 'If-None-Match': first } });
      expect(again.headers['x-resource-version']).toBe(bare);
      const stale = await write('PATCH', { name: 'second' }, { 'If-Match': '"stale"' });
      expect(stale.headers['x-resource-version']).toBe(bare);
      const written = await write('PATCH', { name: 'second' }, { 'If-Match': first });
      expect(written.headers['x-resource-version']).toBe(tagOf('{"name":"second"}').slice(1, -1));
    });

    it('stands in no answer that has none', async () => {
      const { headers } = await running.send('GET /farm/untagged');
      expect(headers['x-resource-version']).toBeUndefined();
    });

    it('is as good as If-Match', async () => {
      const answer = await write('PATCH', { name: 'second' }, { 'X-Resource-Version': bare });
      expect(answer.status).toBe(200);
    });

    it('that is stale is 412', async () => {
      const answer = await write('PATCH', { name: 'second' }, { 'X-Resource-Version': 'stale' });
      expect(answer.status).toBe(412);
      expect(answer.headers.etag).toBe(first);
    });

    it.each(['', 'two words', '"in quotes"'])('that is none is 400 (%j)', async (value) => {
      const answer = await write('PATCH', { name: 'second' }, { 'X-Resource-Version': value });
      expect(answer.status).toBe(400);
      expect(answer.json()).toMatchObject({ reason: 'malformed' });
    });

    it('is not asked where If-Match or the body says it', async () => {
      const stale = { 'X-Resource-Version': 'stale' };
      expect((await write('PATCH', { name: 'b' }, { ...stale, 'If-Match': first })).status).toBe(
        200,
      );
      name = 'first';
      expect((await write('PUT', { name: 'b', etag: first }, stale)).status).toBe(200);
    });

    it('stands for a weak tag where GET sends weak ones, also such as the handler sets', async () => {
      for (const path of ['/farm/weak', '/farm/own']) {
        const version = (await running.send(`GET ${path}`)).headers['x-resource-version'] as string;
        const answer = await write('PUT', { name }, { 'X-Resource-Version': version }, path);
        expect([path, answer.status]).toEqual([path, 200]);
      }
    });
  });
});

describe('the option versionHeader', () => {
  it('is not there by default', async () => {
    const app = await create('express', { controllers: [FarmController] });
    await app.close();
  });

  it.each(['', 'two words', 'ETag', 'if-match', 'If-None-Match', 3])(
    'does not boot with %j',
    async (versionHeader) => {
      await expect(
        create('express', { etag: { versionHeader: versionHeader as string } }),
      ).rejects.toThrow(
        "option 'versionHeader' must be the name of a header, such as 'X-Resource-Version'",
      );
    },
  );
});
