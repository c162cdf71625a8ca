import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ADAPTERS } from '../src/create-app.js';
import { startApp, tagOf } from './running-app.js';
import type { Answer, RunningApp } from './running-app.js';

const DRAFT = { title: 'Draft', body: 'Text.', tags: ['a', 'b'], authorId: 1 };
const CREATE = { 'If-None-Match': '*' };

const pathOf = (article: Answer): string => `/articles/${String(article.json()['id'])}`;

describe.each(ADAPTERS)('articles on %s', (adapter) => {
  let app: RunningApp;
  beforeAll(async () => {
    app = await startApp(adapter);
  });
  afterAll(() => app.close());

  const newArticle = async (slug: string): Promise<Answer> => {
    const created = await app.send('POST', '/articles', { ...DRAFT, slug });
    expect(created.status).toBe(201);
    return created;
  };

  describe('reading', () => {
    it('sends an article with its version and a tag that says no more than the version does', async () => {
      const article = await app.get('/articles/1');
      expect(article.status).toBe(200);
      expect(article.json()).toMatchObject({ slug: 'hello-world', authorId: 1, version: 1 });
      expect(article.etag).toMatch(/^"[0-9a-f]{32}"$/);
      const again = await app.get('/articles/1', { 'If-None-Match': tagOf(article) });
      expect(again).toMatchObject({ status: 304, etag: article.etag, text: '' });
    });

    it('lists the articles with the names of their authors, and tags those too', async () => {
      const author = { name: 'Pen', age: 50, email: 'pen@example.com', password: 'correct horse' };
      const { id } = (await app.send('POST', '/users', author)).json();
      await app.send('POST', '/articles', { ...DRAFT, slug: 'by-pen', authorId: id });
      const list = await app.get('/articles');
      expect(list.text).toContain(`"author":{"id":${String(id)},"name":"Pen"}`);
      expect(list.text).not.toContain('password');
      const renamed = { name: 'Quill', age: 50, email: 'pen@example.com' };
      await app.send('PUT', `/users/${String(id)}`, renamed, { 'If-Match': '*' });
      const later = await app.get('/articles', { 'If-None-Match': tagOf(list) });
      expect(later.status).toBe(200);
      expect(later.text).toContain('"name":"Quill"');
    });

    it('answers 404 for what is not there, and 400 for what could not be', async () => {
      expect((await app.get('/articles/999')).status).toBe(404);
      expect((await app.get('/articles/by-slug/nothing')).status).toBe(404);
      expect((await app.get('/articles/by-slug/No%20slug')).status).toBe(400);
    });
  });

  describe('writing', () => {
    it('gives a new article the tag that GET sends', async () => {
      const created = await newArticle('new');
      const read = await app.get(pathOf(created));
      expect(created).toMatchObject({ etag: read.etag, text: read.text });
    });

    it('asks for If-Match with 428 on PUT, PATCH and DELETE', async () => {
      for (const method of ['PUT', 'PATCH', 'DELETE']) {
        expect((await app.send(method, '/articles/1', DRAFT)).status).toBe(428);
      }
      expect((await app.get('/articles/1')).json()).toMatchObject({ version: 1 });
    });

    it('counts the version up and answers with what GET sends then', async () => {
      const created = await newArticle('written');
      const change = { ...DRAFT, title: 'Final', authorId: 2 };
      const put = await app.send('PUT', pathOf(created), change, { 'If-Match': tagOf(created) });
      expect(put.status).toBe(200);
      expect(put.json()).toMatchObject({ ...change, slug: 'written', version: 2 });
      const read = await app.get(pathOf(created));
      expect(put).toMatchObject({ etag: read.etag, text: read.text });
    });

    it('refuses the second of two writers with the tag that is current', async () => {
      const created = await newArticle('contested');
      const headers = { 'If-Match': tagOf(created) };
      const first = await app.send('PATCH', pathOf(created), { title: 'First' }, headers);
      expect(first.json()).toMatchObject({ ...DRAFT, title: 'First', version: 2 });
      const second = await app.send('PATCH', pathOf(created), { title: 'Second' }, headers);
      expect(second).toMatchObject({ status: 412, etag: first.etag });
      expect(second.json()).toMatchObject({ reason: 'changed' });
      expect((await app.get(pathOf(created))).text).toBe(first.text);
    });

    it('writes over any version for If-Match: *', async () => {
      const created = await newArticle('anyway');
      const put = await app.send('PUT', pathOf(created), DRAFT, { 'If-Match': '*' });
      const read = await app.get(pathOf(created));
      expect(put).toMatchObject({ status: 200, etag: read.etag, text: read.text });
    });

    it('changes a part, and nothing by null', async () => {
      const created = await newArticle('parts');
      const headers = { 'If-Match': tagOf(created) };
      expect((await app.send('PATCH', pathOf(created), { title: null }, headers)).status).toBe(400);
      const change = await app.send('PATCH', pathOf(created), { tags: [] }, headers);
      expect(change.json()).toMatchObject({ ...DRAFT, tags: [], version: 2 });
      expect((await app.get(pathOf(created))).text).toBe(change.text);
    });

    it('has no article by somebody who does not exist', async () => {
      const created = await app.send('POST', '/articles', {
        ...DRAFT,
        slug: 'by-nobody',
        authorId: 999,
      });
      expect(created).toMatchObject({ status: 400, etag: null });
    });

    it('deletes only the version that the client knew', async () => {
      const created = await newArticle('leaving');
      const before = { 'If-Match': tagOf(created) };
      const changed = await app.send('PATCH', pathOf(created), { title: 'Stay!' }, before);
      expect((await app.send('DELETE', pathOf(created), undefined, before)).status).toBe(412);
      const now = { 'If-Match': tagOf(changed) };
      const gone = await app.send('DELETE', pathOf(created), undefined, now);
      expect(gone).toMatchObject({ status: 204, etag: null, text: '' });
      expect((await app.get(pathOf(created))).status).toBe(404);
    });
  });

  describe('creating by slug', () => {
    it('creates once, and answers 412 to who comes later', async () => {
      const path = '/articles/by-slug/only-once';
      expect((await app.send('PUT', path, DRAFT)).status).toBe(428);
      const created = await app.send('PUT', path, DRAFT, CREATE);
      expect(created.status).toBe(201);
      const again = await app.send('PUT', path, { ...DRAFT, title: 'Mine' }, CREATE);
      expect(again).toMatchObject({ status: 412, etag: created.etag });
      expect(again.json()).toMatchObject({ reason: 'exists' });
      const read = await app.get(path);
      expect(read).toMatchObject({ status: 200, etag: created.etag, text: created.text });
    });

    it('replaces by If-Match, and answers 412 where there is nothing to replace', async () => {
      const path = '/articles/by-slug/replaced';
      const created = await app.send('PUT', path, DRAFT, CREATE);
      const change = { ...DRAFT, title: 'Replaced' };
      const put = await app.send('PUT', path, change, { 'If-Match': tagOf(created) });
      expect(put.status).toBe(200);
      const read = await app.get(path);
      expect(put).toMatchObject({ etag: read.etag, text: read.text });
      const missing = await app.send('PUT', '/articles/by-slug/missing', DRAFT, {
        'If-Match': '*',
      });
      expect(missing.status).toBe(412);
      expect(missing.json()).toMatchObject({ reason: 'missing-resource' });
    });

    it('never takes a new article for the deleted one of that name', async () => {
      const path = '/articles/by-slug/phoenix';
      const first = await app.send('PUT', path, DRAFT, CREATE);
      await app.send('DELETE', pathOf(first), undefined, { 'If-Match': '*' });
      const second = await app.send('PUT', path, DRAFT, CREATE);
      expect(second.json()).toMatchObject({ version: 1 });
      const stale = await app.send('PUT', path, DRAFT, { 'If-Match': tagOf(first) });
      expect(stale.status).toBe(412);
    });
  });
});
