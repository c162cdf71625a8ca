import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ADAPTERS } from '../src/create-app.js';
import { startApp, tagOf } from './running-app.js';

const SHAUN = { name: 'Shaun', age: 28, email: 'shaun@example.com' };

describe.each(ADAPTERS)('a restart on %s', (adapter) => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nestjs-etag-sample-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('keeps the data and the tags', async () => {
    const file = join(folder, 'new', 'sample.sqlite');
    const paths = [
      '/users',
      '/users/1',
      '/articles',
      '/articles/1',
      '/articles/by-slug/hello-world',
    ];

    const before = await startApp(adapter, file);
    const tag = tagOf(await before.get('/users/1'));
    await before.send('PUT', '/users/1', SHAUN, { 'If-Match': tag });
    await before.send('PATCH', '/articles/1', { title: 'Changed' }, { 'If-Match': '*' });
    const known = await Promise.all(paths.map((path) => before.get(path)));
    await before.close();

    const after = await startApp(adapter, file);
    for (const [index, path] of paths.entries()) {
      const { etag, text } = known[index]!;
      expect(await after.get(path)).toMatchObject({ status: 200, etag, text });
      expect((await after.get(path, { 'If-None-Match': etag ?? '' })).status).toBe(304);
    }
    const stale = await after.send('PUT', '/users/1', SHAUN, { 'If-Match': tag });
    expect(stale.status).toBe(412);
    await after.close();
  });

  it('keeps all of what many wrote at once', async () => {
    const file = join(folder, 'sample.sqlite');
    const before = await startApp(adapter, file);
    const article = { title: 'T', body: 'B', tags: [], authorId: 1 };
    await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        before.send('POST', '/articles', { ...article, slug: `n${index}` }),
      ),
    );
    const list = await before.get('/articles');
    await before.close();

    const after = await startApp(adapter, file);
    expect(await after.get('/articles')).toMatchObject({ etag: list.etag, text: list.text });
    await after.close();
  });
});
