import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { processLocks } from '../../src/nest/locks/index.js';
import type { WriteLocks } from '../../src/nest/locks/index.js';
import { describeOnEachAdapter } from '../support/each-adapter.js';
import type { Running } from '../support/each-adapter.js';
import { Notes } from './notes.js';
import { NotesController } from './profiles/batch.js';

/** Locks that tell when somebody asks for several. */
function toldLocks(): { locks: WriteLocks; asked: Promise<readonly string[]> } {
  let tell: (keys: readonly string[]) => void;
  const asked = new Promise<readonly string[]>((resolve) => {
    tell = resolve;
  });
  const own = processLocks();
  const locks: WriteLocks = {
    acquire: (key, wait) => own.acquire(key, wait),
    run: (keys, work, wait) => {
      tell(keys);
      return own.run(keys, work, wait);
    },
  };
  return { locks, asked };
}

describeOnEachAdapter('a batch', (start) => {
  const run = async (
    body: (given: {
      send: Running['send'];
      notes: Notes;
      locks: WriteLocks;
      asked: Promise<readonly string[]>;
    }) => Promise<void>,
  ): Promise<void> => {
    const told = toldLocks();
    const { app, send, close } = await start({
      controllers: [NotesController],
      providers: [Notes, { provide: 'LOCKS', useValue: told.locks }],
      etag: { atomicity: told.locks },
    });
    const notes = app.get(Notes);
    notes.create('of two');
    try {
      await body({ ...told, send, notes });
    } finally {
      await close();
    }
  };
  const tagOf = async (send: Running['send'], id: string): Promise<string> =>
    (await send(`GET /notes/${id}`)).headers.etag ?? '';
  const batch = (send: Running['send'], entries: readonly object[]) =>
    send({ method: 'POST', path: '/notes/batch', body: entries });
  const entriesOf = async (send: Running['send']) => [
    { id: '1', ifMatch: await tagOf(send, '1'), text: 'a' },
    { id: '2', ifMatch: await tagOf(send, '2'), text: 'b' },
  ];

  it('writes all, and answers with the tags that GET sends', () =>
    run(async ({ send }) => {
      const written = await batch(send, await entriesOf(send));
      expect(written.status).toBe(200);
      expect(written.json()).toEqual([
        { id: '1', etag: await tagOf(send, '1') },
        { id: '2', etag: await tagOf(send, '2') },
      ]);
    }));

  it.each([
    ['is stale', { ifMatch: '"stale"' }, 412],
    ['is malformed', { ifMatch: 'stale' }, 412],
    ['is empty', { ifMatch: '' }, 412],
    ['has no condition', { ifMatch: undefined }, 428],
    ['is not there', { id: '7' }, 404],
  ])('writes nothing where one entry %s', (_, wrong, status) =>
    run(async ({ send, notes }) => {
      const [first = {}, second] = await entriesOf(send);
      const answer = await batch(send, [first, { ...second, ...wrong }]);
      expect(answer.status).toBe(status);
      expect(notes.all().map(({ text }) => text)).toEqual(['first', 'of two']);
    }),
  );

  it('waits for a write of one of its notes, and sees what that wrote', () =>
    run(async ({ send, notes, locks, asked }) => {
      const entries = await entriesOf(send);
      const lock = await locks.acquire('notes 2', { timeout: 10_000 });
      const answer = batch(send, entries);
      expect(await asked).toEqual(['notes 1', 'notes 2']);
      notes.save('2', 'by somebody else');
      await lock.release();
      expect((await answer).status).toBe(412);
      expect(notes.all().map(({ text }) => text)).toEqual(['first', 'by somebody else']);
    }));

  it('lets one of many writers with the same tags win', () =>
    run(async ({ send }) => {
      const entries = await entriesOf(send);
      const put = () =>
        send({
          method: 'PUT',
          path: '/notes/1',
          headers: { 'If-Match': entries[0]?.ifMatch ?? '' },
          body: { text: 'single' },
        });
      const answers = await Promise.all([
        batch(send, entries),
        put(),
        batch(send, entries.toReversed()),
        put(),
        batch(send, entries),
      ]);
      const statuses = answers.map(({ status }) => status);
      expect(statuses.filter((status) => status === 200)).toHaveLength(1);
      expect(statuses.filter((status) => status === 412)).toHaveLength(4);
    }));
});

it('docs/profiles.md quotes the batch as it is run here', () => {
  const source = readFileSync('test/docs/profiles/batch.ts', 'utf8')
    .replaceAll("'../../../src/index.js'", "'nestjs-etag'")
    .replaceAll("'../../../src/http/index.js'", "'nestjs-etag/http'")
    .replaceAll("'../../../src/nest/locks/index.js'", "'nestjs-etag/locks'")
    .replaceAll("'../notes.js'", "'./notes.js'");
  expect(readFileSync('docs/profiles.md', 'utf8')).toContain(source.trim());
});
