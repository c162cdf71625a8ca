import { expect, it } from '@jest/globals';
import { ADAPTERS, start, withRunning } from './support/running.js';
import type { Running } from './support/running.js';

for (const adapter of ADAPTERS) {
  it(`(control) lets the first of two writers win whom nothing happens to, on ${adapter}`, async () => {
    await withRunning(start('timeout-retry', adapter), async (running) => {
      const etag = await tagOf(running);
      const ann = write(running, 'Ann', etag);
      await untilRuns(running, 1);
      const ben = write(running, 'Ben', etag);
      await end(running, 0);
      expect([(await ann).status, (await ben).status]).toEqual([200, 412]);
    });
  });

  it(`holds the lock for the second attempt of timeout() and retry(), on ${adapter}`, async () => {
    await withRunning(start('timeout-retry', adapter), async (running) => {
      const etag = await tagOf(running);
      const ann = write(running, 'Ann', etag);
      await untilRuns(running, 2); // the first one has timed out, and is still at work
      await end(running, 0, 'connection lost');
      const ben = write(running, 'Ben', etag);
      await othersHaveTheirTurn(running);
      await end(running, 1);
      await end(running, 2); // Ben's, if he was let in
      expect([(await ann).status, (await ben).status]).toEqual([200, 412]);
      expect((await running.send('GET /notes/1')).json()).toEqual({ title: 'untitled, Ann' });
    });
  });

  it(`lets the next writer in when the last attempt has failed, on ${adapter}`, async () => {
    await withRunning(start('timeout-retry', adapter), async (running) => {
      const etag = await tagOf(running);
      const ann = write(running, 'Ann', etag);
      await untilRuns(running, 1);
      await end(running, 0, 'connection lost');
      await untilRuns(running, 2);
      const ben = write(running, 'Ben', etag);
      await end(running, 1, 'connection lost again');
      expect((await ann).status).toBe(500);
      await untilRuns(running, 3);
      await end(running, 2);
      expect((await ben).status).toBe(200);
      expect((await running.send('GET /notes/1')).json()).toEqual({ title: 'untitled, Ben' });
    });
  });
}

async function tagOf({ send }: Running): Promise<string> {
  return (await send('GET /notes/1')).headers.etag ?? 'none';
}

function write({ send }: Running, title: string, etag: string): ReturnType<Running['send']> {
  return send('PUT /notes/1', { headers: { 'If-Match': etag }, body: { title } });
}

/** Until so many runs of the handler have begun. */
async function untilRuns({ send }: Running, count: number): Promise<void> {
  for (;;) {
    const runs: unknown[] = JSON.parse((await send('GET /runs')).text);
    if (runs.length >= count) return;
  }
}

async function end({ send }: Running, run: number, failure?: string): Promise<void> {
  await send('POST /runs', { body: { run, ...(failure !== undefined && { failure }) } });
}

/** Some requests one after another: whoever could go on has gone on. */
async function othersHaveTheirTurn({ send }: Running): Promise<void> {
  for (let request = 0; request < 20; request++) await send('GET /runs');
}
