import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { itKeepsTheContract } from './support/contract.js';
import { ADAPTERS, start, withRunning } from './support/running.js';
import type { Running } from './support/running.js';
import { storm, unfairRounds } from './support/storm.js';

for (const adapter of ADAPTERS) {
  describe(`MikroORM with one identity map a request, on ${adapter}`, () => {
    let running: Running;
    beforeAll(async () => {
      running = await start('mikro-orm', adapter);
    });
    afterAll(() => running.stop());

    it('(control) loses updates of a resource that nobody guards', async () => {
      await expect(storm(running, '/drafts/60')).resolves.toEqual({ 200: 5 });
    });

    it('lets one of five writers win, in each of twenty rounds', async () => {
      await expect(unfairRounds(running, '/notes')).resolves.toEqual([]);
    });

    it('(control) loses updates where another guard has loaded the row into the identity map', async () => {
      await expect(unfairRounds(running, '/owned')).resolves.not.toEqual([]);
    });

    it('with aroundRead lets one of five writers win also where another guard has loaded the row', async () => {
      const around = start('mikro-orm', adapter, { variant: 'aroundRead' });
      await withRunning(around, async (other) => {
        await expect(unfairRounds(other, '/owned')).resolves.toEqual([]);
      });
    });

    itKeepsTheContract(() => running, { path: (id) => `/notes/${id + 40}` });
  });

  describe(`an interceptor that commits after the handler, on PostgreSQL and ${adapter}`, () => {
    let running: Running;
    beforeAll(async () => {
      running = await start('transaction-interceptor', adapter);
    });
    afterAll(() => running.stop());

    it('(control) loses updates of a resource that nobody guards', async () => {
      await expect(storm(running, '/drafts/60')).resolves.toEqual({ 200: 5 });
    });

    it('(control) lets one of five writers win where the handler commits itself', async () => {
      await expect(unfairRounds(running, '/inside')).resolves.toEqual([]);
    });

    it('lets one of five writers win, in each of twenty rounds', async () => {
      await expect(unfairRounds(running, '/notes')).resolves.toEqual([]);
    });

    itKeepsTheContract(() => running, { path: (id) => `/notes/${id + 40}` });
  });

  describe(`an interceptor that holds a connection of a pool of five, on ${adapter}`, () => {
    /** A pool that stands still answers nobody: this test must fail then, and not wait for ever. */
    const withinReason = 15_000;

    it(
      '(control) answers twelve writers of a resource that nobody guards',
      async () => {
        const starting = start('transaction-interceptor', adapter, { variant: 'small' });
        await withRunning(starting, async (running) => {
          const answers = storm(running, '/drafts/1', { writers: 12 });
          await openTheGate(running);
          await expect(answers).resolves.toEqual({ 200: 12 });
        });
      },
      withinReason,
    );

    it(
      'answers twelve writers of one resource, and whoever comes afterwards',
      async () => {
        const starting = start('transaction-interceptor', adapter, { variant: 'small' });
        await withRunning(starting, async (running) => {
          const answers = storm(running, '/notes/1', { writers: 12 });
          await openTheGate(running);
          await expect(answers).resolves.toEqual({ 200: 1, 412: 11 });
          await expect(running.send('GET /notes/2')).resolves.toHaveProperty('status', 200);
        });
      },
      withinReason,
    );
  });

  describe(`nestjs-cls with its transactional plugin, on PostgreSQL and ${adapter}`, () => {
    let running: Running;
    beforeAll(async () => {
      running = await start('cls-transactional', adapter);
    });
    afterAll(() => running.stop());

    it('(control) loses updates of a resource that nobody guards', async () => {
      await expect(storm(running, '/drafts/60')).resolves.toEqual({ 200: 5 });
    });

    it('lets one of five writers win where the handler is @Transactional(), in each of twenty rounds', async () => {
      await expect(unfairRounds(running, '/notes')).resolves.toEqual([]);
    });

    it('lets one of five writers win where an interceptor commits, in each of twenty rounds', async () => {
      await expect(unfairRounds(running, '/around')).resolves.toEqual([]);
    });

    itKeepsTheContract(() => running, { path: (id) => `/notes/${id + 40}` });
  });
}

/** Lets writers go on, when everybody who could take a connection has had the time. */
async function openTheGate({ send }: Running): Promise<void> {
  for (let request = 0; request < 100; request++) await send('GET /gate');
  await send('POST /gate');
}
