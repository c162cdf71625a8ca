import { afterAll, afterEach, beforeAll, beforeEach, expect, it, jest } from '@jest/globals';
import { Controller, Get, Logger } from '@nestjs/common';
import { WeakETag } from '../../src/index.js';
import { describeOnEachAdapter, itOnEachAdapter } from '../support/each-adapter.js';
import type { Running } from '../support/each-adapter.js';

const WEAK = /^W\/"[0-9a-f]{32}"$/;

let sent: unknown;
let serializations = 0;

@Controller('users')
class UsersController {
  @Get('name')
  @WeakETag(['name'])
  name(): unknown {
    return sent;
  }

  @Get('name-and-city')
  @WeakETag(['name', 'address.city'])
  nameAndCity(): unknown {
    return sent;
  }

  @Get('city-and-name')
  @WeakETag(['address.city', 'name', 'name'])
  cityAndName(): unknown {
    return sent;
  }

  @Get('items')
  @WeakETag(['items.id'])
  items(): unknown {
    return sent;
  }
}

@Controller('all')
@WeakETag(['name'])
class WeakController {
  @Get()
  all(): unknown {
    return sent;
  }
}

const user = { name: 'Shaun', age: 27, address: { city: 'Oslo', street: 'Main' } };

describeOnEachAdapter('a weak tag', (start) => {
  let running: Running;
  const tagsOf = async (path: string, ...values: unknown[]): Promise<unknown[]> => {
    const tags: unknown[] = [];
    for (const value of values) {
      sent = value;
      tags.push((await running.send(`GET /users/${path}`)).headers.etag);
    }
    return tags;
  };
  beforeAll(async () => {
    running = await start({ controllers: [UsersController, WeakController] });
  });
  afterAll(() => running.close());
  beforeEach(() => {
    serializations = 0;
    jest.spyOn(Logger.prototype, 'warn').mockReturnValue();
  });
  afterEach(() => void jest.restoreAllMocks());

  it('has the mark of a weak one and thirty-two hex digits', async () => {
    expect(await tagsOf('name', user)).toEqual([expect.stringMatching(WEAK)]);
  });

  it('comes with the whole body', async () => {
    sent = user;
    expect((await running.send('GET /users/name')).json()).toEqual(user);
  });

  it('stays when a property changes that was not named', async () => {
    const [one, other] = await tagsOf('name', user, { ...user, age: 28, address: null });
    expect(one).toBe(other);
  });

  it('changes with every property that was named', async () => {
    const tags = await tagsOf(
      'name-and-city',
      user,
      { ...user, name: 'Sean' },
      { ...user, address: { ...user.address, city: 'Rome' } },
      { ...user, address: null },
      { ...user, name: null },
      { ...user, name: undefined },
    );
    expect(new Set(tags).size).toBe(tags.length);
  });

  it('stays when the keys come in another order', async () => {
    const turned = { address: { street: 'Main', city: 'Oslo' }, age: 27, name: 'Shaun' };
    const [one, other] = await tagsOf('name-and-city', user, turned);
    expect(one).toBe(other);
  });

  it('does not depend on the order in which properties are named, nor on naming one twice', async () => {
    const [one] = await tagsOf('name-and-city', user);
    const [other] = await tagsOf('city-and-name', user);
    expect(one).toBe(other);
  });

  it('is never shared by two selections, even of the same values', async () => {
    const [one] = await tagsOf('name', { name: 'Shaun', address: { city: undefined } });
    const [other] = await tagsOf('name-and-city', { name: 'Shaun', address: { city: undefined } });
    expect(one).not.toBe(other);
  });

  it('reaches into every element of an array, in order', async () => {
    const [one, renamed, another, turned, shorter] = await tagsOf(
      'items',
      { items: [{ id: 1, name: 'a' }, { id: 2 }] },
      { items: [{ id: 1, name: 'b' }, { id: 2 }] },
      { items: [{ id: 1 }, { id: 3 }] },
      { items: [{ id: 2 }, { id: 1 }] },
      { items: [{ id: 1 }] },
    );
    expect(renamed).toBe(one);
    expect(new Set([one, another, turned, shorter]).size).toBe(4);
  });

  it('covers a list, element by element', async () => {
    const [one, older, another, empty] = await tagsOf(
      'name',
      [user],
      [{ ...user, age: 28 }],
      [user, { ...user, name: 'Sean' }],
      [],
    );
    expect(older).toBe(one);
    expect(new Set([one, another, empty]).size).toBe(3);
    expect(empty).toMatch(WEAK);
  });

  it('honours toJSON, as what is sent does', async () => {
    const secret = { toJSON: () => ({ name: 'Shaun' }), name: 'hidden' };
    const [one, plain, date, same] = await tagsOf(
      'name',
      secret,
      { name: 'Shaun' },
      { name: new Date(0) },
      { name: '1970-01-01T00:00:00.000Z' },
    );
    expect(one).toBe(plain);
    expect(date).toBe(same);
  });

  it.each([
    ['a text', 'Shaun'],
    ['a number', 27],
    ['true', true],
  ])('covers all of %s, which has no properties', async (_case, value) => {
    const [one, again, other] = await tagsOf('name', value, value, `${String(value)}!`);
    expect([one, again]).toEqual([expect.stringMatching(WEAK), one]);
    expect(other).not.toBe(one);
  });

  it('holds for every handler of a controller', async () => {
    sent = user;
    const [tag] = await tagsOf('name', user);
    expect((await running.send('GET /all')).headers.etag).toBe(tag);
  });

  it('spares the serialization of a body that the client has already', async () => {
    const large = { toJSON: () => ++serializations };
    sent = { name: 'Shaun', large };
    const { headers } = await running.send('GET /users/name');
    expect(serializations).toBe(1);
    const again = await running.send({
      path: '/users/name',
      headers: { 'If-None-Match': headers.etag as string },
    });
    expect([again.status, serializations]).toEqual([304, 1]);
  });
});

@Controller('reports')
class ReportsController {
  @Get('misspelled')
  @WeakETag(['nmae', 'name', 'address.ctiy'])
  misspelled(): unknown {
    return sent;
  }

  @Get('right')
  @WeakETag(['name', 'address.city'])
  right(): unknown {
    return sent;
  }
}

itOnEachAdapter(
  'a property that the entity lacks is reported once, with the name of the handler',
  { controllers: [ReportsController] },
  async ({ send }) => {
    const warn = jest.spyOn(Logger.prototype, 'warn').mockReturnValue();
    sent = user;
    const tags: unknown[] = [];
    for (let times = 0; times < 3; times++) {
      tags.push((await send('GET /reports/misspelled')).headers.etag);
      await send('GET /reports/right');
    }
    sent = { ...user, address: null };
    await send('GET /reports/right');
    const said = warn.mock.calls.map(([sentence]) => String(sentence)).sort();
    jest.restoreAllMocks();
    expect(said).toEqual([
      expect.stringContaining(
        "@WeakETag() on ReportsController.misspelled names 'address.ctiy', which what it sends does not have",
      ),
      expect.stringContaining("@WeakETag() on ReportsController.misspelled names 'nmae'"),
    ]);
    expect(new Set(tags).size).toBe(1);
    expect(tags[0]).toMatch(WEAK);
  },
);
