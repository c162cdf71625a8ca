import { describe, expect, it } from '@jest/globals';
import { isMidAirCollision } from '../../src/client/index.js';
import type { Article } from './support/article-store.js';
import { draft, PATH, rejection, withStore } from './support/with-store.js';

describe('failure', () => {
  const context = withStore();
  const changed = { ...draft, title: 'Entity tags' };
  const response = new Response(null, { status: 412 });

  it('tells of a 412 that came to another library', async () => {
    const { store, newClient } = context;
    const client = newClient();
    const base = await client.get<Article>(PATH);
    store.write(PATH, { ...draft, text: 'Final' });
    const body = JSON.stringify(changed);
    const response = await client.fetch(PATH, { method: 'PUT', body });
    const collision = await client.failure<Article>(PATH, changed, { response });
    expect(collision).toMatchObject({
      name: 'MidAirCollision',
      method: 'PUT',
      url: store.url(PATH),
      base,
      mine: changed,
      theirs: { etag: '"v2"' },
      reason: 'changed',
      alreadyApplied: false,
    });
    expect(isMidAirCollision(collision) && collision.response).toBe(response);
    expect(response.bodyUsed).toBe(false);
  });

  it('does without a body that was read already', async () => {
    const { store, newClient } = context;
    const client = newClient();
    const base = await client.get<Article>(PATH);
    store.write(PATH, { ...draft, text: 'Final' });
    const response = await client.fetch(PATH, { method: 'DELETE' });
    await response.text();
    expect(await client.failure(base, changed, { response })).toMatchObject({
      name: 'MidAirCollision',
      reason: undefined,
    });
  });

  it('is a lost answer where no answer came, and where a gateway made it', async () => {
    const client = context.newClient();
    const base = await client.get<Article>(PATH);
    const cause = new Error('socket hang up');
    expect(await client.failure(base, changed, { cause })).toMatchObject({
      name: 'LostAnswerError',
      base,
      mine: changed,
      cause,
    });
    const response = new Response('<h1>Bad Gateway</h1>', { status: 502 });
    expect(await client.failure(base, changed, { response })).toMatchObject({
      name: 'LostAnswerError',
      cause: response,
    });
    expect(await response.text()).toContain('Bad Gateway');
  });

  it('is a ResponseError for every other answer', async () => {
    const client = context.newClient();
    const base = await client.get<Article>(PATH);
    const response = new Response('no', { status: 403 });
    expect(await client.failure(base, changed, { response, method: 'PATCH' })).toMatchObject({
      name: 'ResponseError',
      method: 'PATCH',
      status: 403,
      body: 'no',
    });
  });

  it('does without a reason that is none', async () => {
    const { newClient } = context;
    const client = newClient();
    const json = { status: 412, headers: { 'Content-Type': 'application/json' } };
    for (const body of ['{"reason":7}', '[]', '']) {
      const response = new Response(body, json);
      expect(await client.failure(PATH, changed, { response })).toMatchObject({
        reason: undefined,
      });
    }
  });

  it('has no base where this client has never seen one, and compares what was sent', async () => {
    const client = context.newClient();
    expect(await client.failure(PATH, { title: 'Tags' }, { response })).toMatchObject({
      base: undefined,
      alreadyApplied: true,
    });
    expect(await client.failure(PATH, changed, { response })).toMatchObject({
      alreadyApplied: false,
    });
  });

  it('has no base for a tag that was given by hand and is not the remembered one', async () => {
    const { store, newClient } = context;
    const client = newClient();
    await client.get(PATH);
    store.write(PATH, { ...draft, text: 'Final' });
    const byHand = client.put(PATH, changed, { headers: { 'If-Match': '"v0"' } });
    expect(await rejection(byHand)).toMatchObject({ base: undefined });
  });

  it('does not call a save that changed nothing applied, unless it is what is there', async () => {
    const { store, newClient } = context;
    const client = newClient();
    const base = await client.get<Article>(PATH);
    store.write(PATH, { ...draft, text: 'Final' });
    expect(await client.failure(base, draft, { response })).toMatchObject({
      alreadyApplied: false,
    });
    store.write(PATH, draft);
    expect(await client.failure(base, draft, { response })).toMatchObject({ alreadyApplied: true });
  });
});
