import { describe, expect, it } from '@jest/globals';
import { Controller, Get, NotFoundException } from '@nestjs/common';
import { ETag, LastModified, SkipETag } from '../../src/index.js';
import { create, itOnEachAdapter } from '../support/each-adapter.js';
import { tagOf } from '../support/tag-of.js';

@Controller('farm')
@ETag()
class FarmController {
  @Get()
  findOne(): unknown {
    return { name: 'Shaun' };
  }

  @Get('dated')
  @SkipETag()
  @LastModified('at')
  dated(): unknown {
    return { at: '2026-11-21T10:00:00.000Z' };
  }

  @Get('untagged')
  @SkipETag()
  untagged(): unknown {
    return { name: 'Shaun' };
  }

  @Get('missing')
  missing(): unknown {
    throw new NotFoundException();
  }
}

const tag = tagOf('{"name":"Shaun"}');
const etag = { tagHeader: 'X-Resource-Version' };

itOnEachAdapter(
  'the tag header stands in every answer to a read that has a tag: 200, 304 and 412',
  { controllers: [FarmController], etag },
  async ({ send }) => {
    for (const [headers, status] of [
      [{}, 200],
      [{ 'If-None-Match': tag }, 304],
      [{ 'If-Match': '"x"' }, 412],
    ] as const) {
      const answer = await send({ path: '/farm', headers });
      expect(answer.status).toBe(status);
      expect(answer.headers['x-resource-version']).toBe(tag);
    }
  },
);

itOnEachAdapter(
  'the tag header stands in no answer that has no tag',
  { controllers: [FarmController], etag },
  async ({ send }) => {
    for (const path of ['untagged', 'dated', 'missing']) {
      const { headers } = await send(`GET /farm/${path}`);
      expect([path, headers['x-resource-version']]).toEqual([path, undefined]);
    }
  },
);

describe('the option tagHeader', () => {
  it.each(['', 'two words', 'ETag', 'if-match', 'If-None-Match', 3])(
    'does not boot with %j, which is no header of its own',
    async (tagHeader) => {
      await expect(create('express', { etag: { tagHeader: tagHeader as string } })).rejects.toThrow(
        "option 'tagHeader' must be the name of a header of its own, such as 'X-Resource-Version'",
      );
    },
  );
});
