import { describe, expect, it } from '@jest/globals';
import { NotFoundException, PreconditionFailedException } from '@nestjs/common';
import { MISSING } from '../../src/nest/current/current-representation.js';
import type { CurrentRepresentation } from '../../src/nest/current/current-representation.js';
import { RefusalStyle } from '../../src/nest/refusals/refusals.js';
import type { GuardedRoute } from '../../src/nest/routes/route.js';
import { VerifiedPrecondition } from '../../src/nest/writes/verified-precondition.js';
import type { Verified } from '../../src/nest/writes/verified-precondition.js';

const ROW = { id: 1, name: 'Ada', version: 4 };

const CURRENT: CurrentRepresentation = {
  exists: true,
  value: ROW,
  etag: { weak: false, opaque: 'four' },
  lastModified: undefined,
  version: 4,
};

function route(rule: object = { versionName: 'version', versionOf: () => 4 }): GuardedRoute {
  return { handlerName: 'UsersController.update', rule } as GuardedRoute;
}

/** What the guard verified: If-Match with the current tag, unless said otherwise. */
function verified(given: Partial<Verified> = {}): VerifiedPrecondition {
  return new VerifiedPrecondition({
    route: route(),
    current: CURRENT,
    field: 'If-Match',
    isWildcard: false,
    sentIn: undefined,
    style: new RefusalStyle(false, undefined),
    isStill: (entity) => Promise.resolve(entity === ROW),
    tagOf: () => Promise.resolve(CURRENT.etag),
    ...given,
  });
}

const wildcard = (): VerifiedPrecondition => verified({ isWildcard: true });
const unconditional = (): VerifiedPrecondition => verified({ field: undefined });
const creating = (): VerifiedPrecondition => verified({ field: 'If-None-Match', current: MISSING });

/** The reason of the refusal that something ends with. */
function reasonOf(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    expect(error).toBeInstanceOf(PreconditionFailedException);
    return ((error as PreconditionFailedException).getResponse() as { reason: string }).reason;
  }
  return undefined;
}

describe('what was verified', () => {
  it('is the version, the tag as it stands in the header, and the representation', () => {
    const precondition = verified();
    expect(precondition.version).toBe(4);
    expect(precondition.etag).toBe('"four"');
    expect(precondition.representation).toBe(ROW);
    expect(precondition.isWildcard).toBe(false);
    const weak = verified({ current: { ...CURRENT, etag: { weak: true, opaque: 'four' } } });
    expect(weak.etag).toBe('W/"four"');
  });

  it.each<[string, () => VerifiedPrecondition]>([
    ['If-Match: *', wildcard],
    ['no precondition', unconditional],
    ['nothing there yet', creating],
  ])('is no version for %s', (_, precondition) => {
    expect(precondition().version).toBeUndefined();
    expect(precondition().where({ id: 1 })).toEqual({ id: 1 });
  });

  it('is nothing where there is nothing', () => {
    expect([creating().etag, creating().representation]).toEqual([undefined, undefined]);
  });
});

describe('where()', () => {
  it('adds the version under its name', () => {
    expect(verified().where({ id: 1 })).toEqual({ id: 1, version: 4 });
    const named = verified({ route: route({ versionName: 'revision', versionOf: () => 4 }) });
    expect(named.where({ id: 1 })).toEqual({ id: 1, revision: 4 });
    expect(named.where({ id: 1 }, 'rev')).toEqual({ id: 1, rev: 4 });
  });

  it('leaves what it was given as it is', () => {
    const criteria = Object.freeze({ id: 1 });
    expect(verified().where(criteria)).not.toBe(criteria);
    expect(wildcard().where(criteria)).not.toBe(criteria);
  });

  it('takes the version that was found over one of the caller', () => {
    expect(verified().where({ id: 1, version: 99 })).toEqual({ id: 1, version: 4 });
  });

  it('says what is missing where nothing tells the version', () => {
    const current = { ...CURRENT, version: undefined };
    const nowhere = verified({ current, route: route({ versionName: 'version' }) });
    expect(() => nowhere.where({ id: 1 })).toThrow(
      "UsersController.update asks for the version that was verified, but nothing says where it is: write @ETag({ version: 'version' })",
    );
    const excluded = verified({ current });
    expect(() => excluded.version).toThrow(
      "what GET sends has none: is the property 'version' excluded",
    );
  });
});

describe('settle()', () => {
  it('returns what touched something', () => {
    const result = { affected: 1 };
    expect(verified().settle(result)).toBe(result);
    expect(verified().settle(1)).toBe(1);
  });

  it.each([[0], [0n], [{ affected: 0 }], [[]], [null], [undefined]])(
    'refuses %p with 412',
    (result) => {
      expect(reasonOf(() => verified().settle<unknown>(result))).toBe('changed');
      expect(reasonOf(() => wildcard().settle<unknown>(result))).toBe('missing-resource');
    },
  );

  it('is 404 where no precondition was sent', () => {
    expect(() => unconditional().settle(0)).toThrow(NotFoundException);
  });

  it('refuses what does not tell, which is a mistake and no conflict', () => {
    const precondition = verified();
    let thrown: unknown;
    try {
      precondition.settle<unknown>(true);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(TypeError);
    expect(precondition.hasRefused(thrown)).toBe(false);
  });
});

describe('settle() knows a row', () => {
  const read = (value: unknown): CurrentRepresentation => ({ ...CURRENT, value });
  const settled = (precondition: VerifiedPrecondition, result: object): unknown => {
    try {
      return precondition.settle<unknown>(result) === result;
    } catch (error) {
      return (error as Error).name;
    }
  };

  it.each<[string, object, unknown]>([
    ['what was read', { id: 1, name: 'Ada', version: 5 }, true],
    ['a part of it', { version: 5 }, true],
    ['something else', { header: {}, succeeded: false, responses: [] }, 'TypeError'],
    ['its name and a result', { name: 'Ada', replaced: 0 }, 'TypeError'],
  ])('by what was read: %s', (_, result, verdict) => {
    expect(settled(verified(), result)).toBe(verdict);
    expect(settled(wildcard(), result)).toBe(verdict);
  });

  it('by what where() was given, and by the version, where nothing was read that has names', () => {
    for (const value of [undefined, 'a text', Buffer.from('bytes')]) {
      const precondition = verified({ current: read(value) });
      precondition.where({ slug: 'ada' });
      expect(settled(precondition, { slug: 'ada', status: 'x', version: 5 })).toBe(true);
      expect(settled(precondition, { heading: 'Ada' })).toBe('TypeError');
      precondition.where({}, 'revision');
      expect(settled(precondition, { revision: 5 })).toBe(true);
    }
  });

  it('of which nothing is known, by what no result has', () => {
    expect(settled(creating(), { id: 1, name: 'Ada' })).toBe(true);
    expect(settled(creating(), { update_users: { affected_rows: 0 } })).toBe('TypeError');
    expect(settled(creating(), { succeeded: false, responses: [] })).toBe('TypeError');
  });

  it('and no success where an upsert has inserted what was to be there', () => {
    const upserted = { matchedCount: 0, modifiedCount: 0, upsertedCount: 1, upsertedId: 'x' };
    expect(settled(verified(), upserted)).toBe('TypeError');
    expect(settled(wildcard(), upserted)).toBe('TypeError');
    expect([settled(creating(), upserted), settled(unconditional(), upserted)]).toEqual([
      true,
      true,
    ]);
  });
});

describe('verify()', () => {
  it('returns the entity that still is what was verified', async () => {
    await expect(verified().verify(ROW)).resolves.toBe(ROW);
  });

  it('refuses another with 412, and none', async () => {
    for (const entity of [{ ...ROW, version: 5 }, null, undefined]) {
      await expect(verified().verify(entity)).rejects.toBeInstanceOf(PreconditionFailedException);
    }
  });

  it('is heard by who waits for it, and does no harm to who does not', async () => {
    const precondition = verified();
    await precondition.verify(ROW);
    expect(precondition.isUnheard).toBe(false);
    const unheard = verified();
    void unheard.verify({ ...ROW, version: 5 });
    expect(unheard.isUnheard).toBe(true);
    await new Promise(setImmediate);
    expect(unheard.isUnheard).toBe(true);
  });

  it('asks only that it exists where the write depends on no version', async () => {
    const other = { ...ROW, version: 5 };
    await expect(wildcard().verify(other)).resolves.toBe(other);
    await expect(unconditional().verify(other)).resolves.toBe(other);
    await expect(wildcard().verify(null)).rejects.toBeInstanceOf(PreconditionFailedException);
    await expect(unconditional().verify(null)).rejects.toBeInstanceOf(NotFoundException);
  });
});

describe('verify() of what has not ended', () => {
  const lazy = new Proxy({}, { get: (_, name) => (name === 'then' ? () => 1 : undefined) });
  const unfinished: [string, () => unknown, string][] = [
    ['a promise', () => Promise.resolve(ROW), 'a promise: await it'],
    ['a promise of none', () => Promise.resolve(null), 'a promise: await it'],
    ['a promise that fails', () => Promise.reject(new Error('later')), 'a promise: await it'],
    ['a query that runs when it is awaited', () => lazy, 'not awaited'],
    [
      'a query that is to be executed',
      () => ({ execute: () => 1, expressionMap: {} }),
      'execute()',
    ],
  ];

  it.each(unfinished)('is a mistake, and no conflict: %s', async (_, given, what) => {
    for (const precondition of [verified(), wildcard(), unconditional(), creating()]) {
      const thrown: unknown = await precondition.verify(given()).then(
        () => undefined,
        (error: unknown) => error,
      );
      expect(thrown).toBeInstanceOf(TypeError);
      expect((thrown as TypeError).message).toContain('precondition.verify() was given');
      expect((thrown as TypeError).message).toContain(what);
      expect(precondition.hasRefused(thrown)).toBe(false);
      expect(precondition.isUnheard).toBe(true);
    }
  });

  it('is fine when it was awaited', async () => {
    await expect(wildcard().verify(await Promise.resolve(ROW))).resolves.toBe(ROW);
    const job = new (class Job { execute(): void {} })(); // prettier-ignore
    await expect(wildcard().verify(job)).resolves.toBe(job);
  });
});

describe('fail()', () => {
  it('refuses, and knows its own refusal from any other error', () => {
    const precondition = verified();
    expect(precondition.hasRefused(undefined)).toBe(false);
    let thrown: unknown;
    try {
      precondition.fail();
    } catch (error) {
      thrown = error;
    }
    expect(precondition.hasRefused(thrown)).toBe(true);
    expect(precondition.hasRefused(new PreconditionFailedException())).toBe(false);
    expect(() => unconditional().fail()).toThrow(NotFoundException);
  });
});

describe('is used', () => {
  it.each<[string, (precondition: VerifiedPrecondition) => unknown]>([
    ['version', (precondition) => precondition.version],
    [
      'where() and settle()',
      (precondition) => precondition.settle(precondition.where({ id: 1 }).id),
    ],
    [
      'what was found and settle()',
      (precondition) => precondition.settle([precondition.representation]),
    ],
    ['verify()', (precondition) => precondition.verify(ROW)],
    ['fail()', (precondition) => reasonOf(() => precondition.fail())],
  ])('by %s', async (_, use) => {
    const precondition = verified();
    await use(precondition);
    expect(precondition.used).toBe(true);
  });

  it('not by settle() alone: rows are touched whatever their version is', () => {
    const precondition = verified();
    precondition.settle(1);
    expect(precondition.used).toBe(false);
  });

  it('not by where() alone, whose result may come to nothing, nor by looking', () => {
    const precondition = verified();
    precondition.where({ id: 1 });
    expect([
      precondition.etag,
      precondition.representation,
      precondition.isWildcard,
      precondition.found,
    ]).toHaveLength(4);
    expect(precondition.used).toBe(false);
  });
});
