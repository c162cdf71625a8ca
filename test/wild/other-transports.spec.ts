import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { itKeepsTheContract } from './support/contract.js';
import { ADAPTERS, start, withRunning } from './support/running.js';
import type { Running } from './support/running.js';

for (const adapter of ADAPTERS) {
  describe(`handlers of HTTP and of messages of @nestjs/microservices at once, on ${adapter}`, () => {
    let running: Running;
    beforeAll(async () => {
      running = await start('hybrid-notes', adapter);
    });
    afterAll(() => running.stop());

    it('answer messages, and ask for no condition', async () => {
      const changed = await message(running, 'change-note', { id: 90, title: 'by message' });
      expect({ status: changed.status, title: changed.json()['title'] }).toEqual({
        status: 200,
        title: 'by message',
      });
      const shown = await message(running, 'show-note', { id: 90 });
      expect(shown.json()['title']).toBe('by message');
    });

    it('(control) ask for one over HTTP', async () => {
      const { status } = await running.send('PUT /notes/90', { body: { title: 'by HTTP' } });
      expect(status).toBe(428);
    });

    it('refuse who has not seen a change that came by message', async () => {
      const { etag } = (await running.send('GET /notes/91')).headers;
      await message(running, 'change-note', { id: 91, title: 'by message' });
      const { status } = await running.send('PUT /notes/91', {
        headers: { 'If-Match': etag ?? 'none' },
        body: { title: 'by HTTP' },
      });
      expect(status).toBe(412);
    });

    itKeepsTheContract(() => running);
  });

  describe(`beside @nestjs/graphql with Apollo, on ${adapter}`, () => {
    let running: Running;
    beforeAll(async () => {
      running = await start('graphql-notes', adapter);
    });
    afterAll(() => running.stop());

    it('resolvers answer without a tag of the library, and ask for no condition', () =>
      answersByGraphQL(running));

    itKeepsTheContract(() => running);
  });

  it(`leaves resolvers alone with ETagInterceptor as an APP_INTERCEPTOR, on ${adapter}`, async () => {
    await withRunning(
      start('graphql-notes', adapter, { variant: 'interceptor' }),
      async (running) => {
        await answersByGraphQL(running);
        // The control: the interceptor is at work on controllers.
        const { etag } = (await running.send('GET /drafts/1')).headers;
        expect(etag).toMatch(/^"[0-9a-f]{32}"$/);
      },
    );
  });
}

function message({ send }: Running, pattern: string, payload: object): ReturnType<Running['send']> {
  return send(`POST /messages/${pattern}`, { body: payload });
}

async function answersByGraphQL({ send }: Running): Promise<void> {
  const ask = (query: string): ReturnType<Running['send']> =>
    send('POST /graphql', { headers: { 'If-Match': '"stale"' }, body: { query } });
  const changed = await ask('mutation { changeNote(id: 90, title: "by GraphQL") { title } }');
  expect(changed.json()).toEqual({ data: { changeNote: { title: 'by GraphQL' } } });
  const shown = await ask('{ note(id: 90) { title } }');
  expect(shown.json()).toEqual({ data: { note: { title: 'by GraphQL' } } });
  // Express's own tag is weak.
  for (const { headers } of [changed, shown]) expect(headers.etag ?? 'W/').toMatch(/^W\//);
}
