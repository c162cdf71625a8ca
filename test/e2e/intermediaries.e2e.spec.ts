import { describe, expect } from '@jest/globals';
import { Body, Controller, Get, Put } from '@nestjs/common';
import { ETag, IfMatch, WeakETag } from '../../src/index.js';
import { itOnEachAdapter } from '../support/each-adapter.js';
import { tagOf } from '../support/tag-of.js';

interface User {
  name: string;
}

const BEFORE: User = { name: 'before' };
const CURRENT = tagOf(JSON.stringify(BEFORE));
const OPAQUE = CURRENT.slice(1, -1);

let user = BEFORE;

@Controller('user')
@ETag()
class UserController {
  @Get()
  read(): User {
    return user;
  }

  @Put()
  @IfMatch()
  replace(@Body() change: User): User {
    user = change;
    return change;
  }
}

@Controller('card')
@WeakETag(['name'])
class CardController {
  @Get()
  read(): User {
    return user;
  }

  @Put()
  @IfMatch({ comparison: 'weak' })
  replace(@Body() change: User): User {
    user = change;
    return change;
  }
}

const controllers = [UserController, CardController];

const RECODED: [form: string, strict: string, weakened: number, recoded: number][] = [
  [`W/${CURRENT}`, 'weak-tag', 200, 200],
  [`"${OPAQUE}-gzip"`, 'recoded-tag', 412, 200],
  [`"${OPAQUE}--br"`, 'recoded-tag', 412, 200],
  [`W/"${OPAQUE};zstd"`, 'recoded-tag', 412, 200],
  [`"${OPAQUE}-gzip-br"`, 'recoded-tag', 412, 200],
  [`"x", W/${CURRENT}`, 'weak-tag', 200, 200],
  ['W/"x"', 'changed', 412, 412],
  [`"${OPAQUE}-v2"`, 'changed', 412, 412],
  [`"${OPAQUE}-"`, 'changed', 412, 412],
  [`"${OPAQUE.slice(1)}-gzip"`, 'changed', 412, 412],
];

describe.each(['strict', 'weakened', 'recoded'] as const)(
  'intermediaries: %p',
  (intermediaries) => {
    itOnEachAdapter(
      'lets through what a proxy made of the current tag, and nothing else',
      { controllers, etag: { intermediaries } },
      async ({ send }) => {
        for (const [etag, reason, weakened, recoded] of RECODED) {
          user = BEFORE;
          const headers = { 'If-Match': etag };
          const put = { method: 'PUT', path: '/user', headers, body: { name: 'new' } };
          const answer = await send(put);
          const status = { strict: 412, weakened, recoded }[intermediaries];
          expect([etag, answer.status]).toEqual([etag, status]);
          if (intermediaries === 'strict') expect(answer.json()['reason']).toBe(reason);
          if (status === 412) {
            expect([user, answer.headers.etag]).toEqual([BEFORE, CURRENT]);
          } else {
            const again = await send(put);
            expect([again.status, again.headers.etag]).toEqual([412, answer.headers.etag]);
          }
        }
      },
    );

    itOnEachAdapter(
      'never takes a rewritten form of a tag that is weak of its own',
      { controllers, etag: { intermediaries } },
      async ({ send }) => {
        user = BEFORE;
        const { etag } = (await send('GET /card')).headers;
        const headers = { 'If-Match': `${etag?.slice(0, -1)}-gzip"` };
        const put = { method: 'PUT', path: '/card', headers, body: { name: 'new' } };
        expect((await send(put)).status).toBe(412);
        expect(user).toBe(BEFORE);
      },
    );
  },
);
