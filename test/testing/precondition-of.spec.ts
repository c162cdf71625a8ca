import { describe, expect, it } from '@jest/globals';
import { NotFoundException, PreconditionFailedException } from '@nestjs/common';
import type { Precondition } from '../../src/index.js';
import { preconditionOf } from '../../src/testing/index.js';

/** A handler as users write it. */
class ArticlesController {
  readonly criteria: object[] = [];

  constructor(private readonly affected: number) {}

  update(id: number, precondition: Precondition): number {
    this.criteria.push(precondition.where({ id }));
    return precondition.settle(this.affected);
  }
}

describe('preconditionOf({ version })', () => {
  it('makes a write conditional', () => {
    const controller = new ArticlesController(1);
    expect(controller.update(7, preconditionOf({ version: 3 }))).toBe(1);
    expect(controller.criteria).toEqual([{ id: 7, version: 3 }]);
  });

  it('refuses a write that touched nothing, with 412', () => {
    const update = (): number =>
      new ArticlesController(0).update(7, preconditionOf({ version: 3 }));
    expect(update).toThrow(PreconditionFailedException);
  });

  it('is what the guard would have found', () => {
    const row = { id: 7, version: 3 };
    const precondition = preconditionOf({ version: 3, representation: row });
    expect(precondition.version).toBe(3);
    expect(precondition.etag).toBe('"3"');
    expect(precondition.representation).toBe(row);
    expect(precondition.isWildcard).toBe(false);
    expect(preconditionOf({ version: 3, etag: 'W/"abc"' }).etag).toBe('W/"abc"');
  });

  it('takes versions of every kind, under every name', () => {
    const changedAt = new Date(0);
    const precondition = preconditionOf({ version: changedAt, versionName: 'changedAt' });
    expect(precondition.where({ id: 7 })).toEqual({ id: 7, changedAt });
    const text: Precondition<string> = preconditionOf({ version: 'r1' });
    expect(text.where({ id: 7 }, 'revision')).toEqual({ id: 7, revision: 'r1' });
  });

  it('verifies an entity by its version', async () => {
    const row = { id: 7, version: 3 };
    expect(await preconditionOf({ version: 3 }).verify(row)).toBe(row);
    for (const other of [{ id: 7, version: 4 }, { id: 7 }, null, undefined]) {
      await expect(preconditionOf({ version: 3 }).verify<unknown>(other)).rejects.toThrow(
        PreconditionFailedException,
      );
    }
  });

  it('verifies an entity by the representation, where there is no version', async () => {
    const precondition = preconditionOf({ representation: { id: 7, at: new Date(0) } });
    const same = { at: new Date(0), id: 7 };
    expect(await precondition.verify(same)).toBe(same);
    await expect(precondition.verify({ id: 8 })).rejects.toThrow(PreconditionFailedException);
  });

  it('says what it needs', async () => {
    await expect(preconditionOf({ etag: '"abc"' }).verify({ id: 7 })).rejects.toThrow(
      'neither a version nor a representation',
    );
    expect(() => preconditionOf({ etag: '"abc"' }).version).toThrow('nothing says where it is');
    expect(() => preconditionOf({ version: 3, etag: 'abc' })).toThrow(
      `etag must be an entity tag with its quotes, as in { etag: '"5d41402abc4b2a76"' }, not "abc"`,
    );
  });

  it('fails when it is told to', () => {
    expect(() => preconditionOf({ version: 3 }).fail()).toThrow(PreconditionFailedException);
  });
});

describe('preconditionOf.none()', () => {
  it('asks for nothing', () => {
    const precondition = preconditionOf.none();
    expect(precondition.version).toBeUndefined();
    expect(precondition.etag).toBeUndefined();
    expect(precondition.isWildcard).toBe(false);
    expect(precondition.where({ id: 7 })).toEqual({ id: 7 });
    expect(precondition.settle({ affected: 1 })).toEqual({ affected: 1 });
  });

  it('is no collision where a write touched nothing', async () => {
    expect(() => preconditionOf.none().settle(0)).toThrow(NotFoundException);
    await expect(preconditionOf.none().verify(null)).rejects.toThrow(NotFoundException);
  });
});

describe('preconditionOf.any()', () => {
  it('asks only that something is there', async () => {
    const precondition = preconditionOf.any({ etag: '"abc"', representation: { id: 7 } });
    expect(precondition.isWildcard).toBe(true);
    expect(precondition.version).toBeUndefined();
    expect([precondition.etag, precondition.representation]).toEqual(['"abc"', { id: 7 }]);
    expect(precondition.where({ id: 7 })).toEqual({ id: 7 });
    expect(await precondition.verify({ id: 8 })).toEqual({ id: 8 });
    expect(() => preconditionOf.any().settle(0)).toThrow(PreconditionFailedException);
  });
});
