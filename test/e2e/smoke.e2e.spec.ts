import { expect } from '@jest/globals';
import { Body, Controller, Get, NotFoundException, Param, ParseIntPipe, Put } from '@nestjs/common';
import { ETag, IfMatch, Precondition, WeakETag } from '../../src/index.js';
import { itOnEachAdapter } from '../support/each-adapter.js';

interface User {
  name: string;
  age: number;
}

const users = new Map<number, User>();

@Controller('users')
@ETag()
class UsersController {
  @Get(':id')
  findOne(@Param('id', ParseIntPipe) id: number): User {
    const user = users.get(id);
    if (user === undefined) throw new NotFoundException();
    return user;
  }

  @Get(':id/card')
  @WeakETag(['name'])
  card(@Param('id', ParseIntPipe) id: number): User {
    return this.findOne(id);
  }

  @Put(':id')
  @IfMatch()
  update(
    @Param('id', ParseIntPipe) id: number,
    @Body() change: Partial<User>,
    @Precondition() precondition: Precondition,
  ): User {
    if (precondition.representation === undefined) throw new Error('nothing verified');
    const user = { ...this.findOne(id), ...change };
    users.set(id, user);
    return user;
  }
}

itOnEachAdapter('smoke', { controllers: [UsersController] }, async ({ send }) => {
  users.set(1, { name: 'Shaun', age: 27 });
  const got = await send('GET /users/1');
  expect(got.status).toBe(200);
  expect(got.headers.etag).toBe('"77bc43ac22bb2f5a9fbab5a32554a5d3"');
  const etag = got.headers.etag as string;
  const again = await send({ path: '/users/1', headers: { 'If-None-Match': etag } });
  expect([again.status, again.text, again.headers.etag]).toEqual([304, '', etag]);
  const card = await send('GET /users/1/card');
  expect(card.headers.etag).toMatch(/^W\/"[0-9a-f]{32}"$/);
  const cardAgain = await send({
    path: '/users/1/card',
    headers: { 'If-None-Match': card.headers.etag as string },
  });
  expect(cardAgain.status).toBe(304);
  const put = { path: '/users/1', method: 'PUT', body: { age: 28 } };
  const required = await send(put);
  expect([required.status, required.json()['reason']]).toEqual([428, 'missing-precondition']);
  const stale = await send({ ...put, headers: { 'If-Match': '"x"' } });
  expect([stale.status, stale.json()['reason'], stale.headers.etag]).toEqual([
    412,
    'changed',
    etag,
  ]);
  const bad = await send({ ...put, headers: { 'If-Match': 'x' } });
  expect(bad.status).toBe(400);
  const ok = await send({ ...put, headers: { 'If-Match': etag } });
  expect(ok.status).toBe(200);
  expect(ok.headers.etag).toBe((await send('GET /users/1')).headers.etag);
  const gone = await send({ ...put, path: '/users/2' });
  expect(gone.status).toBe(404);
  const failing = await send({ path: '/users/1', headers: { 'If-Match': '"x"' } });
  expect([failing.status, failing.json()['reason']]).toEqual([412, 'changed']);
  const both = await Promise.all(
    [1, 2, 3].map((age) =>
      send({ ...put, body: { age }, headers: { 'If-Match': ok.headers.etag as string } }),
    ),
  );
  expect(both.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 412, 412]);
});
