import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RawResponse } from '../support/raw-request.js';
import { ADAPTERS, start, withRunning } from './support/running.js';
import type { Running } from './support/running.js';

/** Applications whose answers to writes are not what GET sends, each for another reason. */
const ANSWERS = [
  ["TypeORM's save() on PostgreSQL", 'answers-typeorm', 'postgres'],
  ["TypeORM's save() on MariaDB, datetime(0)", 'answers-typeorm', 'mariadb'],
  [
    "MikroORM's flush() on PostgreSQL, timestamptz(0), with aroundRead",
    'answers-mikro-orm',
    'aroundRead',
  ],
  ["Sequelize's save() on PostgreSQL, a decimal column", 'answers-sequelize', ''],
] as const;

for (const adapter of ADAPTERS) {
  describe.each(ANSWERS)(`%s, on ${adapter}`, (_title, application, variant) => {
    let running: Running;
    beforeAll(async () => {
      running = await start(application, adapter, { variant });
    });
    afterAll(() => running.stop());

    const create = (): Promise<RawResponse> =>
      running.send('POST /notes', { body: { title: 'new' } });
    const get = (id: unknown): Promise<RawResponse> => running.send(`GET /notes/${String(id)}`);
    const save = (id: unknown, title: string, tag: string | undefined): Promise<RawResponse> =>
      running.send(`PUT /notes/${String(id)}`, {
        headers: { 'If-Match': tag ?? 'none' },
        body: { title },
      });

    it('(control) answers a write with other bytes than GET sends', async () => {
      const { id } = (await create()).json();
      const saved = await save(id, 'changed', (await get(id)).headers.etag);
      expect(saved.status).toBe(200);
      expect(saved.text).not.toBe((await get(id)).text);
    });

    it('sends the tag of GET with the answer of a write, or none', async () => {
      const created = await create();
      const { id } = created.json();
      const first = (await get(id)).headers.etag;
      expect([first, undefined]).toContain(created.headers.etag);
      const saved = await save(id, 'changed', first);
      expect(saved.status).toBe(200);
      expect([(await get(id)).headers.etag, undefined]).toContain(saved.headers.etag);
    });

    it('refuses nobody who is alone and saves with the tag of the last answer', async () => {
      const created = await create();
      const { id } = created.json();
      const statuses: number[] = [];
      let last = created;
      for (const title of ['one', 'two', 'three', 'four']) {
        last = await save(id, title, last.headers.etag ?? (await get(id)).headers.etag);
        statuses.push(last.status);
      }
      expect(statuses).toEqual([200, 200, 200, 200]);
    });

    it('(control) refuses who saves with the tag from before', async () => {
      const { id } = (await create()).json();
      const { etag } = (await get(id)).headers;
      await save(id, 'changed', etag);
      await expect(save(id, 'changed again', etag)).resolves.toHaveProperty('status', 412);
    });
  });

  it(`(control) answers from the identity map of MikroORM without aroundRead, on ${adapter}`, async () => {
    await withRunning(start('answers-mikro-orm', adapter), async ({ send }) => {
      const { id } = (await send('POST /notes', { body: { title: 'new' } })).json();
      const path = `/notes/${String(id)}`;
      const saved = await send(`PUT ${path}`, {
        headers: { 'If-Match': (await send(`GET ${path}`)).headers.etag ?? 'none' },
        body: { title: 'changed' },
      });
      expect(saved.status).toBe(200);
      expect(saved.headers.etag).not.toBe((await send(`GET ${path}`)).headers.etag);
    });
  });
}
