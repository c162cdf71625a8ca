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

/** Locks of one process, for which batches ask only when so many are there; or which they go without. */
function gatheredBatches(count: number, batches: 'locked' | 'unlocked'): WriteLocks {
  const own = processLocks();
  let missing = count;
  let go: () => void;
  const all = new Promise<void>((resolve) => {
    go = resolve;
  });
  return {
    acquire: (key, wait) => own.acquire(key, wait),
    run: async (keys, work, wait) => {
      missing -= 1;
      if (missing === 0) go();
      await all;
      return batches === 'locked' ? own.run(keys, work, wait) : work();
    },
  };
}

/** How many writers want the same. */
const WRITERS = 20;

interface Given {
  readonly send: Running['send'];
  readonly notes: Notes;
  readonly locks: WriteLocks;
  readonly asked: Promise<readonly string[]>;
}

describeOnEachAdapter('a batch', (start) => {
  const run = async (body: (given: Given) => Promise<void>, locks?: WriteLocks): Promise<void> => {
    const told = { ...toldLocks(), ...(locks === undefined ? {} : { locks }) };
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

  /** Batches with the same tags, each in another order and with texts of its own. */
  const batches = (send: Running['send'], entries: readonly object[]) =>
    Array.from({ length: WRITERS }, (_, index) => {
      const own = entries.map((entry) => ({ ...entry, text: `batch ${index}` }));
      return batch(send, index % 2 === 0 ? own : own.toReversed());
    });
  const succeeded = (answers: readonly { status: number }[]) =>
    answers.flatMap(({ status }, index) => (status === 200 ? [index] : []));

  it('is the only one of many with the same tags that writes', () =>
    run(
      async ({ send, notes }) => {
        const answers = await Promise.all(batches(send, await entriesOf(send)));
        const [winner, ...others] = succeeded(answers);
        expect(others).toEqual([]);
        expect(answers.filter(({ status }) => status === 412)).toHaveLength(WRITERS - 1);
        const written = { text: `batch ${winner}`, version: 2 };
        expect(notes.all()).toEqual([
          { id: '1', ...written },
          { id: '2', ...written },
        ]);
      },
      gatheredBatches(WRITERS, 'locked'),
    ));

  it('would lose updates without its locks', () =>
    run(
      async ({ send, notes }) => {
        const answers = await Promise.all(batches(send, await entriesOf(send)));
        // Each was told that it has written, over the same version.
        expect(succeeded(answers).length).toBeGreaterThan(1);
        expect(notes.all().map(({ version }) => version)).not.toContain(2);
      },
      gatheredBatches(WRITERS, 'unlocked'),
    ));

  it('and single writes with the same tags never both win', () =>
    run(
      async ({ send, notes }) => {
        const entries = await entriesOf(send);
        const puts = Array.from({ length: WRITERS }, () =>
          send({
            method: 'PUT',
            path: '/notes/1',
            headers: { 'If-Match': entries[0]?.ifMatch ?? '' },
            body: { text: 'single' },
          }),
        );
        const answers = await Promise.all([...puts, ...batches(send, entries)]);
        expect(succeeded(answers)).toHaveLength(1);
        expect(notes.find('1').version).toBe(2);
      },
      gatheredBatches(WRITERS, 'locked'),
    ));
});

it('docs/profiles.md quotes the batch as it is run here', () => {
  const source = readFileSync('test/docs/profiles/batch.ts', 'utf8')
    .replaceAll("'../../../src/index.js'", "'nestjs-etag'")
    .replaceAll("'../../../src/http/index.js'", "'nestjs-etag/http'")
    .replaceAll("'../../../src/nest/locks/index.js'", "'nestjs-etag/locks'")
    .replaceAll("'../notes.js'", "'./notes.js'");
  expect(readFileSync('docs/profiles.md', 'utf8')).toContain(source.trim());
});
