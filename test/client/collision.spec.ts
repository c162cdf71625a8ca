import { describe, expect, it } from '@jest/globals';
import type { Article } from './support/article-store.js';
import { draft, PATH, rejection, withStore } from './support/with-store.js';

describe('collision', () => {
  const context = withStore();
  const changed = { ...draft, title: 'Entity tags' };

  it('tells of a 412 that came to another library', async () => {
    const { store, newClient } = context;
    const client = newClient();
    const base = await client.get<Article>(PATH);
    store.write(PATH, { ...draft, text: 'Final' });
    const body = JSON.stringify(changed);
    const response = await client.fetch(PATH, { method: 'PUT', body });
    const collision = await client.collision<Article>(PATH, changed, { response });
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
    expect(collision.response).toBe(response);
    expect(response.bodyUsed).toBe(false);
  });

  it('does without the answer, and with one that was read already', async () => {
    const { store, newClient } = context;
    const client = newClient();
    const base = await client.get<Article>(PATH);
    store.write(PATH, { ...draft, text: 'Final' });
    const response = await client.fetch(PATH, { method: 'DELETE' });
    await response.text();
    expect(await client.collision(base, changed, { response })).toMatchObject({
      reason: undefined,
    });
    expect(await client.collision(base, changed)).toMatchObject({ response: undefined });
    expect(await client.collision(base, changed, { reason: 'weak-tag' })).toMatchObject({
      reason: 'weak-tag',
    });
  });

  it('does without a reason that is none', async () => {
    const { newClient } = context;
    const client = newClient();
    const json = { status: 412, headers: { 'Content-Type': 'application/json' } };
    for (const body of ['{"reason":7}', '[]', '']) {
      const response = new Response(body, json);
      expect(await client.collision(PATH, changed, { response })).toMatchObject({
        reason: undefined,
      });
    }
  });

  it('has no base where this client has never seen one, and compares what was sent', async () => {
    const client = context.newClient();
    expect(await client.collision(PATH, { title: 'Tags' })).toMatchObject({
      base: undefined,
      alreadyApplied: true,
    });
    expect(await client.collision(PATH, changed)).toMatchObject({ alreadyApplied: false });
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
    expect(await client.collision(base, draft)).toMatchObject({ alreadyApplied: false });
    store.write(PATH, draft);
    expect(await client.collision(base, draft)).toMatchObject({ alreadyApplied: true });
  });
});
