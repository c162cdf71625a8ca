import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ADAPTERS } from '../src/create-app.js';
import { startApp, tagOf } from './running-app.js';
import type { RunningApp } from './running-app.js';

const SHAUN = { name: 'Shaun', age: 27, email: 'shaun@example.com' };
/** The first 32 digits of the SHA-256 of what `GET /users/1` sends. */
const SHAUNS_TAG = '"c102c6c7c40457dfdce133586652ce59"';

describe.each(ADAPTERS)('users on %s', (adapter) => {
  let app: RunningApp;
  beforeAll(async () => {
    app = await startApp(adapter);
  });
  afterAll(() => app.close());

  const newUser = async (name: string): Promise<string> => {
    const user = { ...SHAUN, name, email: `${name}@example.com`, password: 'correct horse' };
    const created = await app.send('POST', '/users', user);
    expect(created.status).toBe(201);
    return `/users/${String(created.json()['id'])}`;
  };

  describe('reading', () => {
    it('sends the sample user with the tag of the bytes, and nothing of the password', async () => {
      const user = await app.get('/users/1');
      expect(user.status).toBe(200);
      expect(user.text).toBe('{"id":1,"name":"Shaun","age":27,"email":"shaun@example.com"}');
      expect(user.etag).toBe(SHAUNS_TAG);
      expect(user.headers.get('cache-control')).toBe('private, no-cache');
    });

    it('answers 304 without a body to who has it already', async () => {
      const user = await app.get('/users/1', { 'If-None-Match': SHAUNS_TAG });
      expect(user).toMatchObject({ status: 304, etag: SHAUNS_TAG, text: '' });
      expect(user.headers.get('content-length')).toBeNull();
      expect(user.headers.get('content-type')).toBeNull();
    });

    it('tags the list, and another one when somebody has come', async () => {
      const before = await app.get('/users');
      const unchanged = await app.get('/users', { 'If-None-Match': tagOf(before) });
      expect(unchanged.status).toBe(304);
      await newUser('newcomer');
      const after = await app.get('/users', { 'If-None-Match': tagOf(before) });
      expect(after.status).toBe(200);
    });

    it('has no tag for a user who does not exist', async () => {
      expect(await app.get('/users/999')).toMatchObject({ status: 404, etag: null });
      expect(await app.get('/users/first')).toMatchObject({ status: 400, etag: null });
    });
  });

  describe('the card', () => {
    it('keeps its weak tag however often it is printed, and when the age changes', async () => {
      const path = await newUser('cardholder');
      const card = await app.get(`${path}/card`);
      expect(card.etag).toMatch(/^W\/"[0-9a-f]{32}"$/);
      await app.send(
        'PUT',
        path,
        { ...SHAUN, name: 'cardholder', email: 'cardholder@example.com', age: 28 },
        { 'If-Match': '*' },
      );
      const later = await app.get(`${path}/card`, { 'If-None-Match': tagOf(card) });
      expect(later).toMatchObject({ status: 304, etag: card.etag });
    });

    it('gets another tag with another name', async () => {
      const path = await newUser('renamed');
      const card = await app.get(`${path}/card`);
      await app.send(
        'PUT',
        path,
        { ...SHAUN, name: 'Renamed', email: 'renamed@example.com' },
        { 'If-Match': '*' },
      );
      const later = await app.get(`${path}/card`, { 'If-None-Match': tagOf(card) });
      expect(later.status).toBe(200);
      expect(later.etag).not.toBe(card.etag);
    });
  });

  describe('writing', () => {
    it('gives a new user the tag that GET sends', async () => {
      const created = await app.send('POST', '/users', {
        ...SHAUN,
        email: 'new@example.com',
        password: 'correct horse',
      });
      expect(created.status).toBe(201);
      const read = await app.get(`/users/${String(created.json()['id'])}`);
      expect(created).toMatchObject({ etag: read.etag, text: read.text });
    });

    it('asks for If-Match with 428', async () => {
      const refused = await app.send('PUT', '/users/1', { ...SHAUN, age: 28 });
      expect(refused).toMatchObject({ status: 428, etag: null });
      expect(refused.headers.get('cache-control')).toBe('no-store');
    });

    it('lets the first writer in, and answers 412 with the current tag to the second', async () => {
      const path = await newUser('contested');
      const tag = tagOf(await app.get(path));
      const change = { ...SHAUN, name: 'contested', email: 'contested@example.com' };
      const first = await app.send('PUT', path, { ...change, age: 28 }, { 'If-Match': tag });
      expect(first.status).toBe(200);
      const second = await app.send('PUT', path, { ...change, age: 29 }, { 'If-Match': tag });
      expect(second).toMatchObject({ status: 412, etag: first.etag });
      expect(second.json()).toMatchObject({ reason: 'changed' });
      const read = await app.get(path);
      expect(read).toMatchObject({ etag: first.etag, text: first.text });
    });

    it('says 412 before it looks at the body', async () => {
      const refused = await app.send(
        'PUT',
        '/users/1',
        { nonsense: true },
        { 'If-Match': '"stale"' },
      );
      expect(refused.status).toBe(412);
      const invalid = await app.send(
        'PUT',
        '/users/1',
        { nonsense: true },
        { 'If-Match': SHAUNS_TAG },
      );
      expect(invalid.status).toBe(400);
    });

    it("guards the email address by the user's tag", async () => {
      const path = await newUser('moving');
      const tag = tagOf(await app.get(path));
      const change = { email: 'moved@example.com' };
      expect((await app.send('PATCH', `${path}/email`, change)).status).toBe(428);
      const moved = await app.send('PATCH', `${path}/email`, change, { 'If-Match': tag });
      expect(moved.status).toBe(200);
      expect(moved.json()).toMatchObject(change);
      expect((await app.get(path)).etag).toBe(moved.etag);
      const stale = await app.send('PATCH', `${path}/email`, change, { 'If-Match': tag });
      expect(stale).toMatchObject({ status: 412, etag: moved.etag });
    });

    it('lets nobody take an email address twice', async () => {
      const user = { ...SHAUN, password: 'correct horse' };
      expect(await app.send('POST', '/users', user)).toMatchObject({ status: 409, etag: null });
      const taken = await app.send(
        'PATCH',
        '/users/2/email',
        { email: SHAUN.email },
        { 'If-Match': '*' },
      );
      expect(taken).toMatchObject({ status: 409, etag: null });
    });

    it('deletes only what is as it was', async () => {
      const path = await newUser('leaving');
      const stale = await app.send('DELETE', path, undefined, { 'If-Match': '"stale"' });
      expect(stale.status).toBe(412);
      const tag = tagOf(await app.get(path));
      const gone = await app.send('DELETE', path, undefined, { 'If-Match': tag });
      expect(gone).toMatchObject({ status: 204, etag: null, text: '' });
      expect((await app.get(path)).status).toBe(404);
    });

    it('does not delete who has written something', async () => {
      expect((await app.send('DELETE', '/users/1')).status).toBe(409);
    });

    it('gives every one of fifty new users an id of their own', async () => {
      const created = await Promise.all(
        Array.from({ length: 50 }, (_, index) => newUser(`crowd${index}`)),
      );
      const read = await Promise.all(created.map((path) => app.get(path)));
      expect(read.map((user) => user.json()['name'])).toEqual(
        Array.from({ length: 50 }, (_, index) => `crowd${index}`),
      );
    });
  });
});
