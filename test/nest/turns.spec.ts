import { describe, expect, it } from '@jest/globals';
import { Turns } from '../../src/nest/writes/turns.js';
import { everythingElse, gate } from '../support/gate.js';

describe('Turns', () => {
  it('runs the work of one resource one after another, in the order of asking', async () => {
    const turns = new Turns();
    const log: string[] = [];
    const doors = [gate(), gate(), gate()];
    const done = doors.map((door, index) =>
      turns.watch('a').takeTurn(async () => {
        log.push(`begin ${index}`);
        await door.opened;
        log.push(`end ${index}`);
      }),
    );
    for (const door of doors.toReversed()) door.open();
    await Promise.all(done);
    expect(log).toEqual(['begin 0', 'end 0', 'begin 1', 'end 1', 'begin 2', 'end 2']);
  });

  it('lets nobody wait for another resource', async () => {
    const turns = new Turns();
    const door = gate();
    const slow = turns.watch('a').takeTurn(() => door.opened);
    await expect(turns.watch('b').takeTurn(() => Promise.resolve('done'))).resolves.toBe('done');
    door.open();
    await slow;
  });

  it('gives the result of the work, or its error', async () => {
    const turns = new Turns();
    await expect(turns.watch('a').takeTurn(() => Promise.resolve(1))).resolves.toBe(1);
    const error = new Error('no');
    await expect(turns.watch('a').takeTurn(() => Promise.reject(error))).rejects.toBe(error);
  });

  it('goes on after work that failed, and after work that threw at once', async () => {
    const turns = new Turns();
    const failing = turns.watch('a').takeTurn(() => Promise.reject(new Error('failed')));
    const throwing = turns.watch('a').takeTurn(() => {
      throw new Error('thrown');
    });
    const next = turns.watch('a').takeTurn(() => Promise.resolve('next'));
    await expect(failing).rejects.toThrow('failed');
    await expect(throwing).rejects.toThrow('thrown');
    await expect(next).resolves.toBe('next');
    expect(turns.size).toBe(0);
  });

  it('is not outdated when nobody was in between', async () => {
    const turns = new Turns();
    await turns.watch('a').takeTurn(() => Promise.resolve());
    const watch = turns.watch('a');
    expect(watch.outdated).toBe(false);
    await watch.takeTurn(async () => expect(watch.outdated).toBe(false));
  });

  it('is outdated when a turn ended after it began, also one that had begun before', async () => {
    const turns = new Turns();
    const door = gate();
    const earlier = turns.watch('a').takeTurn(() => door.opened);
    const watch = turns.watch('a');
    expect(watch.outdated).toBe(false);
    door.open();
    await earlier;
    expect(watch.outdated).toBe(true);
    watch.close();
  });

  it('is outdated when the turn in between failed: it may have written before', async () => {
    const turns = new Turns();
    const watch = turns.watch('a');
    await turns
      .watch('a')
      .takeTurn(() => Promise.reject(new Error('half done')))
      .catch(() => undefined);
    expect(watch.outdated).toBe(true);
    watch.close();
  });

  it('holds nothing when everybody is done', async () => {
    const turns = new Turns();
    const [first, second, third] = [turns.watch('a'), turns.watch('a'), turns.watch('b')];
    expect(turns.size).toBe(2);
    await first?.takeTurn(() => Promise.resolve());
    expect(turns.size).toBe(2);
    second?.close();
    expect(turns.size).toBe(1);
    third?.close();
    expect(turns.size).toBe(0);
  });

  it('keeps the turn of an answer that is over while its work goes on', async () => {
    const turns = new Turns();
    const door = gate();
    const watch = turns.watch('a');
    const work = watch.takeTurn(() => door.opened);
    watch.close();
    let begun = false;
    const next = turns.watch('a').takeTurn(() => {
      begun = true;
      return Promise.resolve();
    });
    await everythingElse();
    expect(begun).toBe(false);
    door.open();
    await Promise.all([work, next]);
    expect(turns.size).toBe(0);
  });

  it('closes once, however often it is told', () => {
    const turns = new Turns();
    const [watch, other] = [turns.watch('a'), turns.watch('a')];
    watch?.close();
    watch?.close();
    expect(turns.size).toBe(1);
    other?.close();
    expect(turns.size).toBe(0);
  });

  it('takes a turn again after it left, and no longer trusts what it saw', async () => {
    const turns = new Turns();
    const watch = turns.watch('a');
    watch.close();
    await watch.takeTurn(async () => expect(watch.outdated).toBe(true));
    await watch.takeTurn(async () => expect(watch.outdated).toBe(true));
    expect(turns.size).toBe(0);
  });
});
