import { expect, it } from '@jest/globals';
import {
  Body,
  ClassSerializerInterceptor,
  Controller,
  Get,
  Header,
  HttpCode,
  Injectable,
  Param,
  Post,
  Put,
  SerializeOptions,
  UseInterceptors,
} from '@nestjs/common';
import { Exclude } from 'class-transformer';
import { ETag, IfMatch, Precondition } from '../../src/index.js';
import type { ETagValidator } from '../../src/index.js';
import { describeOnEachAdapter } from '../support/each-adapter.js';

class User {
  id = 0;
  name = '';
  version = 1;
  @Exclude()
  password = 'secret';
}

const users = new Map<string, User>();

function user(id: string, name: string, version = 1): User {
  return Object.assign(new User(), { id: Number(id), name, version });
}

@Injectable()
class UserVersions implements ETagValidator {
  validate({ params }: { params: { id: string } }): number | null {
    return users.get(params.id)?.version ?? null;
  }
}

type Tags = Readonly<Record<string, string | null>>;

async function tagsOf(precondition: Precondition, entities: readonly unknown[]): Promise<Tags> {
  const tags: Record<string, string | null> = {};
  for (const [index, entity] of entities.entries()) {
    tags[index] = (await precondition.etagOf(entity)) ?? null;
  }
  return tags;
}

@Controller('bytes')
@ETag()
@UseInterceptors(ClassSerializerInterceptor)
@SerializeOptions({})
class BytesController {
  @Get(':id')
  findOne(@Param('id') id: string): User | undefined {
    return users.get(id);
  }

  @Put(':id')
  @IfMatch()
  @HttpCode(204)
  async update(
    @Param('id') id: string,
    @Body() { name }: { name: string },
    @Precondition() precondition: Precondition,
  ): Promise<void> {
    const saved = user(id, name);
    users.set(id, saved);
    sent = await precondition.etagOf(saved);
  }

  @Post('batch')
  @IfMatch({ current: 'findOne', required: false, etag: false, key: () => 'batch' })
  batch(@Precondition() precondition: Precondition): Promise<Tags> {
    return tagsOf(precondition, [users.get('1'), users.get('2'), null]);
  }
}

let sent: string | undefined;

@Controller('validated')
class ValidatedController {
  @Get(':id')
  @ETag({ validator: UserVersions })
  findOne(@Param('id') id: string): User | undefined {
    return users.get(id);
  }

  @Post(':id/known')
  @IfMatch({ current: 'findOne', version: 'version', required: false, etag: false })
  known(@Param('id') id: string, @Precondition() precondition: Precondition): Promise<Tags> {
    return tagsOf(precondition, [users.get(id)]);
  }

  @Post(':id/unknown')
  @IfMatch({ current: 'findOne', required: false, etag: false })
  unknown(@Param('id') id: string, @Precondition() precondition: Precondition): Promise<Tags> {
    return tagsOf(precondition, [users.get(id)]);
  }
}

@Controller('set')
@ETag()
class SetController {
  @Get(':id')
  @Header('ETag', '"set"')
  findOne(@Param('id') id: string): User | undefined {
    return users.get(id);
  }

  @Put(':id')
  @IfMatch({ etag: false })
  update(@Param('id') id: string, @Precondition() precondition: Precondition): Promise<Tags> {
    return tagsOf(precondition, [users.get(id)]);
  }
}

describeOnEachAdapter('precondition.etagOf()', (start) => {
  const run = async (
    body: (send: Awaited<ReturnType<typeof start>>['send']) => Promise<void>,
  ): Promise<void> => {
    users.clear();
    users.set('1', user('1', 'Shaun'));
    users.set('2', user('2', 'Bitzer', 7));
    const { send, close } = await start({
      controllers: [BytesController, ValidatedController, SetController],
      providers: [UserVersions],
    });
    try {
      await body(send);
    } finally {
      await close();
    }
  };

  it('is the tag that GET sends for what was written, through its interceptors', () =>
    run(async (send) => {
      const before = (await send('GET /bytes/1')).headers.etag ?? '';
      const written = await send({
        method: 'PUT',
        path: '/bytes/1',
        headers: { 'If-Match': before },
        body: { name: 'Timmy' },
      });
      const after = await send('GET /bytes/1');
      expect(after.json()).toEqual({ id: 1, name: 'Timmy', version: 1 });
      expect([written.status, written.headers.etag, sent]).toEqual([
        204,
        after.headers.etag,
        after.headers.etag,
      ]);
      expect(sent).not.toBe(before);
    }));

  it('is that of any entity of a batch; none for null', () =>
    run(async (send) => {
      const tags = (await send({ method: 'POST', path: '/bytes/batch' })).json();
      expect(tags).toEqual({
        0: (await send('GET /bytes/1')).headers.etag,
        1: (await send('GET /bytes/2')).headers.etag,
        2: null,
      });
      expect(tags[0]).not.toBe(tags[1]);
    }));

  it('leaves no condition of a batch unheard: it is about no one resource', () =>
    run(async (send) => {
      const conditional = { method: 'POST', path: '/bytes/batch', headers: { 'If-Match': '"x"' } };
      const answer = await send(conditional);
      expect([answer.status, answer.json()['reason']]).toEqual([400, 'malformed']);
    }));

  it('is that of the validator, where the version is in the entity', () =>
    run(async (send) => {
      const { etag } = (await send('GET /validated/2')).headers;
      const known = await send({ method: 'POST', path: '/validated/2/known' });
      expect(known.json()).toEqual({ 0: etag });
    }));

  it('is an error where no entity tells', () =>
    run(async (send) => {
      expect((await send({ method: 'POST', path: '/validated/2/unknown' })).status).toBe(500);
      const set = await send({
        method: 'PUT',
        path: '/set/1',
        headers: { 'If-Match': '"set"' },
      });
      expect(set.status).toBe(500);
    }));
});
