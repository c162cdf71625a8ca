import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ADAPTERS } from '../src/create-app.js';
import { startApp, statusCounts, tagOf } from './running-app.js';
import type { Answer, RunningApp } from './running-app.js';

const WRITERS = Array.from({ length: 50 }, (_, index) => index);

describe.each(ADAPTERS)('fifty writers at once on %s', (adapter) => {
  let app: RunningApp;
  beforeAll(async () => {
    app = await startApp(adapter);
  });
  afterAll(() => app.close());

  /** All writers send at once; what is stored afterwards must be what the only winner was answered. */
  const oneOfFifty = async (path: string, send: (writer: number) => Promise<Answer>) => {
    const answers = await Promise.all(WRITERS.map(send));
    const winner = answers.find(({ status }) => status < 300);
    const stored = await app.get(path);
    expect(winner).toMatchObject({ etag: stored.etag, text: stored.text });
    return statusCounts(answers);
  };

  it('have one tag of a user: one of them wins', async () => {
    const headers = { 'If-Match': tagOf(await app.get('/users/1')) };
    const counts = await oneOfFifty('/users/1', (age) =>
      app.send('PUT', '/users/1', { name: 'Shaun', age, email: 'shaun@example.com' }, headers),
    );
    expect(counts).toEqual({ 200: 1, 412: 49 });
  });

  it('have one tag of an article: one of them wins', async () => {
    const headers = { 'If-Match': tagOf(await app.get('/articles/1')) };
    const counts = await oneOfFifty('/articles/1', (writer) => {
      const article = { title: `By ${writer}`, body: 'Text.', tags: [], authorId: 1 };
      return app.send('PUT', '/articles/1', article, headers);
    });
    expect(counts).toEqual({ 200: 1, 412: 49 });
    expect((await app.get('/articles/1')).json()).toMatchObject({ version: 2 });
  });

  it('come to one article by two addresses: one of them wins', async () => {
    const paths = ['/articles/2', '/articles/by-slug/mid-air-collisions'] as const;
    const tags = [tagOf(await app.get(paths[0])), tagOf(await app.get(paths[1]))];
    const answers = await Promise.all(
      WRITERS.map((writer) => {
        const article = { title: `By ${writer}`, body: 'Text.', tags: [], authorId: 1 };
        return app.send('PUT', paths[writer % 2]!, article, { 'If-Match': tags[writer % 2]! });
      }),
    );
    expect(statusCounts(answers)).toEqual({ 200: 1, 412: 49 });
  });

  it('create one article: one of them does', async () => {
    const path = '/articles/by-slug/contested';
    const counts = await oneOfFifty(path, (writer) => {
      const article = { title: `By ${writer}`, body: 'Text.', tags: [], authorId: 1 };
      return app.send('PUT', path, article, { 'If-None-Match': '*' });
    });
    expect(counts).toEqual({ 201: 1, 412: 49 });
  });

  it('delete one article: one of them does', async () => {
    const headers = { 'If-Match': tagOf(await app.get('/articles/1')) };
    const answers = await Promise.all(
      WRITERS.map(() => app.send('DELETE', '/articles/1', undefined, headers)),
    );
    expect(statusCounts(answers)[204]).toBe(1);
    expect(answers.every(({ status }) => [204, 404, 412].includes(status))).toBe(true);
  });
});
