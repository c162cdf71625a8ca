import { describe, expect, it } from '@jest/globals';
import { send } from './client.js';
import type { Answer, Write } from './client.js';
import type { Running } from './contract.js';
import { behindTheGuard, orAnswered } from './races.js';
import { record } from './results.js';
import { tally } from './tally.js';

/** Which checks an ORM has of its own, as its fixture shows them. */
export interface OwnChecks {
  /** There is a recipe that pins the ORM's check to the verified version. */
  readonly pins?: true;
  /** What becomes of a row that the handler loads again and saves. */
  readonly overwrites?: 'compares when it saves' | 'compares when it reads';
  /** There is an update that does not raise the version. */
  readonly forgets?: 'leaves the version' | 'sets the version back';
}

const WRITERS = 8;

/** What the ORM's own optimistic lock does under the guard: its conflicts, and the mistakes that it does not prevent. */
export function describeOwnChecks(running: Running, who: string, own: OwnChecks): void {
  if (own.pins === true) {
    describe('its own check, pinned to the verified version', () => {
      it.each(['at once', 'one after another'] as const)(
        'lets one of 8 writers win that are all behind the guard and then write %s',
        async (order) => {
          expect(tally(await race('/pinned/1', order))).toEqual({ 200: 1, 412: WRITERS - 1 });
          expect(await running.cluster.logged()).toEqual([]);
        },
      );

      it('becomes 412 when somebody was faster in the middle of the write', async () => {
        const answer = await overtaken('/pinned/1', { ifMatch: true });
        expect(answer.status).toBe(412);
        expect(answer.etag).toBe((await current('/pinned/1')).etag);
      });
    });
  }

  if (own.overwrites !== undefined) {
    describe('a handler that loads the row again', () => {
      it('lets everybody win who is behind the guard, one after another, and is reported', async () => {
        const answers = await race('/mistakes/1', 'one after another');
        record({
          who,
          how: 'handler loads again',
          scenario: `${WRITERS} writers behind the guard, one after another`,
          requests: WRITERS,
          successes: tally(answers)[200] ?? 0,
          refused: tally(answers)[412] ?? 0,
          lost: (tally(answers)[200] ?? 0) - 1,
        });
        expect(tally(answers)).toEqual({ 200: WRITERS });
        expect((await running.cluster.logged()).join('\n')).toMatch(
          /MistakesController\.overwrite succeeded without using its @Precondition\(\)/,
        );
      });
    });
  }

  if (own.overwrites === 'compares when it saves') {
    describe('the conflict that it finds when it saves', () => {
      it('is 412 with If-Match, and carries the tag of what is there now', async () => {
        const answer = await overtaken('/mistakes/1', { ifMatch: true });
        expect(answer.status).toBe(412);
        expect(answer.etag).toBe((await current('/mistakes/1')).etag);
      });

      it('is 409 without If-Match', async () => {
        expect((await overtaken('/mistakes/1', { ifMatch: false })).status).toBe(409);
      });
    });
  }

  if (own.overwrites === 'compares when it reads') {
    describe('the conflict that it finds when it reads', () => {
      it.each([
        ['412 with If-Match', true, 412],
        ['409 without If-Match', false, 409],
      ])('is %s', async (_, ifMatch, status) => {
        await running.database.put('articles', 1);
        const { etag } = await current('/mistakes/1');
        const answer = await send(running.cluster.urls[1]!, 'PATCH /mistakes/1', {
          ...(ifMatch ? { ifMatch: etag } : {}),
          body: { title: 'a form with an old version', version: 77 },
        });
        expect(answer.status).toBe(status);
      });
    });
  }

  if (own.forgets === 'sets the version back') {
    it('sets the version back when it saves what the guard has read, and is reported', async () => {
      const { cluster, database } = running;
      await database.put('articles', 1);
      const { etag } = await current('/mistakes/1');
      const write = { ifMatch: etag, gate: 'late', body: { title: 'mine' } };
      const answer = send(cluster.urls[1]!, 'PUT /mistakes/1', write);
      await orAnswered(cluster.gate.gathered(['late']), [answer]);
      await database.run(`UPDATE articles SET title = 'theirs', version = 5 WHERE id = 1`);
      cluster.gate.open('late');
      expect((await answer).status).toBe(200);
      expect(await database.find('articles', 1)).toMatchObject({ title: 'mine', version: 1 });
      expect((await cluster.logged()).join('\n')).toMatch(
        /MistakesController\.forget has changed its resource, and its version was 1 before and is 1 now/,
      );
    });
  }

  if (own.forgets === 'leaves the version') {
    it('reports an update that raises no version, which lets two writers win', async () => {
      await running.database.put('articles', 1);
      const { etag } = await current('/mistakes/1');
      const write = { ifMatch: etag, body: { title: 'mine' } };
      const first = await send(running.cluster.urls[0]!, 'PUT /mistakes/1', write);
      const second = await send(running.cluster.urls[1]!, 'PUT /mistakes/1', write);
      expect([first.status, second.status]).toEqual([200, 200]);
      expect((await running.cluster.logged()).join('\n')).toMatch(
        /MistakesController\.forget has changed its resource, and its version was 1 before and is 1 now/,
      );
    });
  }

  function current(path: string): Promise<Answer> {
    return send(running.cluster.urls[0]!, `GET ${path}`);
  }

  async function race(path: string, order: 'at once' | 'one after another'): Promise<Answer[]> {
    await running.database.put('articles', 1);
    const { etag } = await current(path);
    return behindTheGuard(running.cluster, order, WRITERS, (index) => ({
      line: `PATCH ${path}`,
      write: { ifMatch: etag, body: { title: `writer ${index}`, edits: 1 } },
    }));
  }

  /** A write that has loaded its row, and waits to save it while somebody else raises the version to 5. */
  async function overtaken(path: string, { ifMatch }: { ifMatch: boolean }): Promise<Answer> {
    const { cluster, database } = running;
    await database.put('articles', 1);
    const { etag } = await current(path);
    const held = await database.hold('articles', 1);
    const write: Write = { ...(ifMatch ? { ifMatch: etag } : {}), body: { title: 'mine' } };
    const answer = send(cluster.urls[1]!, `PATCH ${path}`, write);
    await orAnswered(database.blocked(), [answer]);
    await held.run(`UPDATE articles SET title = 'theirs', version = 5 WHERE id = 1`);
    await held.end('COMMIT');
    return answer;
  }
}
