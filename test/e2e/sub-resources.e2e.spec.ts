import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  NotFoundException,
  Param,
  ParseIntPipe,
  Patch,
  Put,
  Req,
} from '@nestjs/common';
import { ETag, IfMatch } from '../../src/index.js';
import { describeOnEachAdapter } from '../support/each-adapter.js';
import type { Running } from '../support/each-adapter.js';
import { meetingOf } from '../support/gate.js';
import type { RawResponse } from '../support/raw-request.js';

interface User {
  readonly id: number;
  readonly name: string;
  readonly email: string;
}

const users = new Map<number, User>();
/** What writers wait for before they write; each test sets its own. */
let beforeWriting = (): Promise<void> => Promise.resolve();

interface AnyRequest {
  readonly params: { readonly id?: string };
  readonly headers: Record<string, string | undefined>;
}

function idOf({ params, headers }: AnyRequest): number {
  return Number(params.id ?? headers['x-user']);
}

abstract class UserStore {
  protected find(id: number): User {
    const user = users.get(id);
    if (user === undefined) throw new NotFoundException();
    return user;
  }

  protected async save(id: number, change: Partial<User>): Promise<User> {
    await beforeWriting();
    const user = { ...this.find(id), ...change };
    users.set(id, user);
    return user;
  }
}

@Controller('users')
@ETag()
class UsersController extends UserStore {
  @Get('me')
  me(@Req() request: AnyRequest): User {
    return this.find(idOf(request));
  }

  @Put('me')
  @IfMatch({ key: (request: AnyRequest) => `user ${idOf(request)}` })
  updateMe(@Req() request: AnyRequest, @Body() change: Partial<User>): Promise<User> {
    return this.save(idOf(request), change);
  }

  @Get(':id')
  findOne(@Param('id', ParseIntPipe) id: number): User {
    return this.find(id);
  }

  @Put(':id')
  @IfMatch({ key: (request: AnyRequest) => `user ${idOf(request)}` })
  update(@Param('id', ParseIntPipe) id: number, @Body() change: Partial<User>): Promise<User> {
    return this.save(id, change);
  }

  @Patch(':id/email')
  @IfMatch({ current: 'findOne', key: (request: AnyRequest) => `user ${idOf(request)}` })
  changeEmail(@Param('id', ParseIntPipe) id: number, @Body() { email }: User): Promise<User> {
    return this.save(id, { email });
  }

  @Delete(':id/email')
  @IfMatch({ current: 'findOne', required: true, etag: false })
  @HttpCode(200)
  async removeEmail(@Param('id', ParseIntPipe) id: number): Promise<unknown> {
    await this.save(id, { email: '' });
    return { removed: true };
  }
}

const article = { title: '', version: 3 };

/** Each mail of an article has a version, too. */
@Controller('articles')
@ETag({ version: 'version' })
class ArticlesController {
  @Get(':id')
  findOne(): object {
    return { ...article };
  }

  @Put(':id')
  @IfMatch()
  update(@Body() { title }: { title: string }): object {
    return Object.assign(article, { title, version: article.version + 1 });
  }

  @Patch(':id/mails/:version')
  @IfMatch({ current: 'findOne' })
  changeMail(@Param('version', ParseIntPipe) version: number): object {
    article.version += 1;
    return { subject: 'a mail', version };
  }
}

describeOnEachAdapter('a part of a resource', (start) => {
  let running: Running;

  beforeAll(async () => {
    running = await start({ controllers: [UsersController, ArticlesController] });
  });
  beforeEach(() => {
    beforeWriting = () => Promise.resolve();
    users.clear();
    users.set(7, { id: 7, name: 'Shaun', email: 'shaun@farm.example' });
  });
  afterAll(() => running.close());

  async function tag(path: string): Promise<string> {
    return (await running.send({ path, headers: { 'X-User': '7' } })).headers.etag as string;
  }

  function write(
    method: string,
    path: string,
    etag: string,
    body: unknown = {},
  ): Promise<RawResponse> {
    return running.send({ method, path, headers: { 'If-Match': etag, 'X-User': '7' }, body });
  }

  it.each([5, 4, 3, 1])(
    'with a version of its own, %i, does not lend it to the tag of the whole',
    async (version) => {
      article.version = 3;
      const before = await tag('/articles/1');
      const answer = await write('PATCH', `/articles/1/mails/${version}`, before);
      expect(answer.json()).toEqual({ subject: 'a mail', version });
      const now = await tag('/articles/1');
      expect([answer.status, answer.headers.etag]).toEqual([200, now]);
      expect((await write('PUT', '/articles/1', now, { title: 'theirs' })).status).toBe(200);
      expect((await write('PUT', '/articles/1', now, { title: 'mine' })).status).toBe(412);
    },
  );

  it('is guarded by the tag of the whole, and answers with the tag of the whole', async () => {
    const before = await tag('/users/7');
    const email = 'shaun@mossy-bottom.example';
    const changed = await write('PATCH', '/users/7/email', before, { email });
    expect(changed.status).toBe(200);
    expect(changed.headers.etag).toBe(await tag('/users/7'));
    const stale = await write('PATCH', '/users/7/email', before, { email });
    expect(stale.status).toBe(412);
    expect(stale.headers.etag).toBe(changed.headers.etag);
  });

  it('has no tag in an answer that is not the whole, where the rule says so', async () => {
    const removed = await write('DELETE', '/users/7/email', await tag('/users/7'));
    expect(removed.status).toBe(200);
    expect(removed.headers.etag).toBeUndefined();
  });

  it('of nothing is 404', async () => {
    expect((await write('PATCH', '/users/8/email', '"x"')).status).toBe(404);
  });

  it('and the whole are never written by two who hold the same tag', async () => {
    const etag = await tag('/users/7');
    const answers = await Promise.all([
      write('PUT', '/users/7', etag, { name: 'Bitzer' }),
      write('PATCH', '/users/7/email', etag, { email: 'bitzer@farm.example' }),
    ]);
    expect(statusesOf(answers)).toEqual([200, 412]);
  });
});

describeOnEachAdapter('two names of one resource', (start) => {
  let running: Running;

  beforeAll(async () => {
    running = await start({ controllers: [UsersController] });
  });
  beforeEach(() => {
    beforeWriting = () => Promise.resolve();
    users.clear();
    users.set(7, { id: 7, name: 'Shaun', email: 'shaun@farm.example' });
    users.set(8, { id: 8, name: 'Timmy', email: 'timmy@farm.example' });
  });
  afterAll(() => running.close());

  function write(path: string, user: string, etag: string): Promise<RawResponse> {
    return running.send({
      method: 'PUT',
      path,
      headers: { 'If-Match': etag, 'X-User': user },
      body: { name: `by ${path}` },
    });
  }

  async function tag(path: string): Promise<string> {
    return (await running.send({ path, headers: { 'X-User': '7' } })).headers.etag as string;
  }

  it('are never written together when key says that they are one', async () => {
    const [me, seven] = [await tag('/users/me'), await tag('/users/7')];
    const answers = await Promise.all([
      write('/users/me', '7', me),
      write('/users/7', '7', seven),
      write('/users/me', '7', me),
      write('/users/7', '7', seven),
    ]);
    expect(statusesOf(answers)).toEqual([200, 412, 412, 412]);
  });

  it('are two resources for two people, who do not wait for one another', async () => {
    const [seven, eight] = [await tag('/users/7'), await tag('/users/8')];
    // Each writer waits until the other has begun as well.
    beforeWriting = meetingOf(2);
    const answers = await Promise.all([
      write('/users/me', '7', seven),
      write('/users/me', '8', eight),
    ]);
    expect(statusesOf(answers)).toEqual([200, 200]);
  });
});

function statusesOf(answers: readonly RawResponse[]): readonly number[] {
  return answers.map(({ status }) => status).sort((a, b) => a - b);
}
