import { describe, expect, it } from '@jest/globals';
import { Body, Controller, Delete, Get, Patch, Put, ValidationPipe } from '@nestjs/common';
import { IsString } from 'class-validator';
import { ETag, IfMatch, WeakETag } from '../../src/index.js';
import { itOnEachAdapter, create } from '../support/each-adapter.js';
import { tagOf } from '../support/tag-of.js';

class ChangeName {
  @IsString()
  name!: string;
}

let name = 'first';
const first = tagOf('{"name":"first"}');

/** Refuses every property that it does not know. */
const strict = new ValidationPipe({ whitelist: true, forbidNonWhitelisted: true });

@Controller('farm')
@ETag()
class FarmController {
  @Get()
  findOne(): ChangeName {
    return { name };
  }

  @Delete()
  @IfMatch({ property: '_etag', required: true })
  remove(@Body() body: unknown): unknown {
    name = 'removed';
    return body;
  }

  @Patch()
  @IfMatch()
  patch(@Body(strict) body: ChangeName): ChangeName {
    return body;
  }
}

@Controller('card')
@WeakETag(['name'])
class CardController {
  @Get()
  findOne(): ChangeName {
    return { name };
  }

  @Put()
  @IfMatch({ property: 'etag', comparison: 'weak' })
  update(@Body(strict) body: ChangeName): ChangeName {
    name = body.name;
    return body;
  }
}

const application = {
  controllers: [FarmController, CardController],
  configure: (): void => {
    name = 'first';
  },
};

itOnEachAdapter('a tag may come in the body of a DELETE', application, async ({ send }) => {
  const remove = (body: unknown) => send({ method: 'DELETE', path: '/farm', body });
  const stale = await remove({ _etag: '"stale"' });
  expect([stale.status, stale.headers.etag]).toEqual([412, first]);
  expect((await remove(undefined)).status).toBe(428);
  const removed = await remove({ _etag: first, reason: 'old' });
  expect([removed.status, removed.json()]).toEqual([200, { reason: 'old' }]);
});

itOnEachAdapter(
  'a tag in the body may be weak where weak ones are compared',
  application,
  async ({ send }) => {
    const { etag } = (await send('GET /card')).headers;
    expect(etag).toMatch(/^W\//);
    const put = { method: 'PUT', path: '/card', body: { name: 'second', etag } };
    expect((await send(put)).status).toBe(200);
    expect((await send(put)).status).toBe(412);
  },
);

itOnEachAdapter(
  'a property that the rule does not name is validated like any other',
  application,
  async ({ send }) => {
    const answer = await send({
      method: 'PATCH',
      path: '/farm',
      headers: { 'If-Match': first },
      body: { name: 'second', etag: first },
    });
    expect(answer.status).toBe(400);
    expect(answer.json()['message']).toEqual(['property etag should not exist']);
  },
);

const NAME = "must be the name of a property of the body, such as 'etag'";

describe('@IfMatch({ property })', () => {
  it.each<[unknown, string]>([
    ['', NAME],
    [3, NAME],
    [null, NAME],
    [[], NAME],
    [['meta', ''], NAME],
    ['meta.version', "must be one name, or an array for a path, ['meta','version']"],
  ])('does not boot with %j', async (field, message) => {
    @Controller('farm')
    @ETag()
    class WrongController {
      @Get()
      findOne(): unknown {
        return {};
      }

      @Put()
      @IfMatch({ property: field as string })
      update(): unknown {
        return {};
      }
    }
    await expect(create('express', { controllers: [WrongController] })).rejects.toThrow(
      `option 'property' ${message}`,
    );
  });
});
