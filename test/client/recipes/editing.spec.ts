import { describe, expect, it } from '@jest/globals';
import { draft, PATH, rejection, withStore } from '../support/with-store.js';
import {
  type Article,
  create,
  createSessionClient,
  firstSteps,
  hydrate,
  save,
  small,
  star,
  submit,
} from './editing.recipe.js';

describe('editing with the client', () => {
  const context = withStore();
  const form = { ...draft, title: 'Entity tags' };

  it('reads, saves and removes', async () => {
    const { store } = context;
    await firstSteps(store.origin);
    expect(store.seen.map(({ method, ifMatch }) => [method, ifMatch])).toEqual([
      ['GET', undefined],
      ['PUT', '"v1"'],
      ['DELETE', '"v2"'],
    ]);
  });

  it('lets a person decide what collided', async () => {
    const { store, newClient } = context;
    const client = newClient();
    const article = await client.get<Article>(PATH);
    store.write(PATH, { title: 'ETags', text: 'Final', stars: 5 });
    const saved = await save(client, article, form);
    expect(saved.body).toEqual({ title: 'Entity tags', text: 'Final', stars: 5 });
  });

  it('asks nobody about a save that had succeeded', async () => {
    const { store, newClient } = context;
    const client = newClient();
    const article = await client.get<Article>(PATH);
    store.write(PATH, form);
    expect(await save(client, article, form)).toMatchObject({ etag: '"v2"', body: form });
    expect(store.requests('PUT')).toHaveLength(1);
  });

  it('counts every star', async () => {
    const { store, newClient } = context;
    await Promise.all([star(newClient()), star(newClient()), star(newClient())]);
    expect(store.read(PATH)).toMatchObject({ stars: 8 });
  });

  it('merges a form and asks about the rest', async () => {
    const { store, newClient } = context;
    const client = newClient();
    const article = await client.get<Article>(PATH);
    store.write(PATH, { title: 'ETags', text: 'Final', stars: 5 });
    const saved = await submit(client, article, form);
    expect(saved.body).toEqual({ title: 'Entity tags', text: 'Final', stars: 5 });
  });

  it('keeps what the form does not show, whoever changed it', async () => {
    const { store, newClient } = context;
    const client = newClient();
    const article = await client.get<Article>(PATH);
    store.write(PATH, { title: 'Tags', text: 'Draft', stars: 9 });
    expect((await submit(client, article, { title: 'Entity tags', text: 'Draft' })).body).toEqual({
      title: 'Entity tags',
      text: 'Draft',
      stars: 9,
    });
    store.write(PATH, { title: 'ETags', text: 'Draft', stars: 10 });
    const saved = await save(client, article, { title: 'Entity tags', text: 'Draft' });
    expect(saved.body).toEqual({ title: 'Entity tags', text: 'Draft', stars: 10 });
    // The control: what a form that leaves them out would do by itself is to remove them.
    store.write(PATH, draft);
    const started = await client.get<Article>(PATH);
    expect((await client.put(started, { title: 'Only a title' })).body).toEqual({
      title: 'Only a title',
    });
  });

  it('needs few bytes', async () => {
    const { store } = context;
    await small(store.url(PATH));
    expect(store.read(PATH)).toEqual(form);
  });

  it('sends what it has to with every request', async () => {
    expect(await createSessionClient(context.store.origin).get(PATH)).toMatchObject({
      body: draft,
    });
  });

  it('starts from a page that brought its article along', async () => {
    const { store, newClient } = context;
    const client = newClient();
    hydrate(client, { url: store.url(PATH), etag: '"v1"', article: draft });
    await client.put(PATH, form);
    expect(store.seen.map(({ method }) => method)).toEqual(['PUT']);
  });

  it('creates once, and overwrites when told to', async () => {
    const { store, newClient } = context;
    await create(newClient(), form);
    expect(store.read('/articles/7')).toEqual(form);
    expect(await rejection(create(newClient(), form))).toMatchObject({ reason: 'exists' });
  });
});
