import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { COMPLAINT, itKeepsTheContract } from './support/contract.js';
import type { ContractOptions } from './support/contract.js';
import { ADAPTERS, start, withRunning } from './support/running.js';
import type { Adapter, Running, Started } from './support/running.js';

/** A package beside the library. */
interface Companion {
  /** The application; `notes` unless the package shapes the controller. */
  readonly application?: string;
  readonly started: Started;
  readonly on?: readonly Adapter[];
  readonly contract?: ContractOptions;
  /** What one line of the log must say, and no more than one. */
  readonly says?: RegExp;
  /** Whether the package is at work: true with it, false in the same application without it. */
  readonly isAtWork: (running: Running) => Promise<boolean>;
}

const ANN = { Authorization: 'Bearer ann' };

const COMPANIONS: Readonly<Record<string, Companion>> = {
  helmet: {
    started: { companions: ['helmet'] },
    isAtWork: async ({ send }) =>
      (await send('GET /notes/1')).headers['x-content-type-options'] === 'nosniff',
  },
  compression: {
    started: { companions: ['compression'] },
    contract: { headers: { 'Accept-Encoding': 'gzip' } },
    isAtWork: async ({ send }) =>
      (await send('GET /drafts/1', { headers: { 'Accept-Encoding': 'gzip' } })).headers[
        'content-encoding'
      ] === 'gzip',
  },
  '@nestjs/throttler': {
    started: { companions: ['throttler'] },
    isAtWork: async ({ send }) =>
      (await send('GET /notes/1')).headers['x-ratelimit-limit'] === '10000',
  },
  'nestjs-pino': {
    started: { companions: ['pino'] },
    isAtWork: logsRequests,
  },
  'nestjs-cls': {
    started: { companions: ['cls'] },
    isAtWork: async ({ send }) => 'x-request-id' in (await send('GET /notes/1')).headers,
  },
  '@nestjs/passport with a bearer token': {
    started: { companions: ['passport'] },
    contract: { headers: ANN },
    isAtWork: async ({ send }) => (await send('GET /drafts/1')).status === 401,
  },
  ClassSerializerInterceptor: {
    started: { companions: ['serializer'] },
    isAtWork: async ({ send }) => !(await send('GET /notes/1')).text.includes('secret'),
  },
  'an envelope of the application': {
    started: { companions: ['envelope'] },
    isAtWork: async ({ send }) => 'data' in (await send('GET /notes/1')).json(),
  },
  'class-validator': {
    started: { companions: ['validation'] },
    isAtWork: async ({ send }) =>
      (await send('PUT /drafts/1', { body: { title: 5 } })).status === 400,
  },
  'swagger-stats': {
    started: { companions: ['swagger-stats'] },
    isAtWork: async ({ send }) => (await send('GET /swagger-stats/stats')).status === 200,
  },
  '@nestjs/swagger with its plugin': {
    application: 'swagger-notes',
    started: {},
    isAtWork: async ({ send }) =>
      (await send('GET /api-json')).text.includes('What the note is about.'),
  },
  'nestjs-zod': {
    application: 'zod-notes',
    started: {},
    isAtWork: async ({ send }) => !(await send('GET /notes/1')).text.includes('secret'),
  },
  'nestjs-zod on Nest 11': {
    application: 'zod-notes',
    started: { nest: '11' },
    isAtWork: async ({ send }) => !(await send('GET /notes/1')).text.includes('secret'),
  },
  '@ts-rest/nest on Nest 11': {
    application: 'ts-rest-notes',
    started: { nest: '11' },
    isAtWork: async ({ send }) => (await send('GET /notes/x')).text.includes('paramsResult'),
  },
  '@dataui/crud on PostgreSQL, PATCH': {
    application: 'crud-notes',
    started: {},
    contract: { method: 'PATCH', unguarded: false },
    isAtWork: selectsProperties,
  },
  '@dataui/crud on PostgreSQL, PUT': {
    application: 'crud-notes',
    started: {},
    contract: { unguarded: false },
    isAtWork: selectsProperties,
  },
  '@nestjs/cqrs, with a controller for each use case': {
    application: 'cqrs-notes',
    started: {},
    isAtWork: sendsCommands,
  },
  '@nestjs/cache-manager': {
    started: { companions: ['cache-manager'] },
    says: /CacheInterceptor/,
    isAtWork: keepsAnswers,
  },
  'a cache of the application': {
    started: { companions: ['own-cache'] },
    says: /RememberedAnswers/,
    isAtWork: keepsAnswers,
  },
  'a middleware that replaces res.json()': {
    started: { companions: ['response-method'], variant: 'json' },
    on: ['express'],
    says: /NotesController\.\w+/,
    isAtWork: async ({ send }) => 'data' in (await send('GET /notes/1')).json(),
  },
  'a middleware that replaces res.send()': {
    started: { companions: ['response-method'], variant: 'send' },
    on: ['express'],
    says: /NotesController\.\w+/,
    isAtWork: async ({ send }) => (await send('GET /notes/1')).text.startsWith(")]}'"),
  },
  'a preSerialization hook of Fastify': {
    started: { companions: ['fastify-hook'], variant: 'preSerialization' },
    on: ['fastify'],
    says: /NotesController\.\w+/,
    isAtWork: async ({ send }) => 'data' in (await send('GET /notes/1')).json(),
  },
  'an onSend hook of Fastify': {
    started: { companions: ['fastify-hook'], variant: 'onSend' },
    on: ['fastify'],
    says: /NotesController\.\w+/,
    isAtWork: async ({ send }) => (await send('GET /notes/1')).text.startsWith(")]}'"),
  },
};

for (const [name, { application = 'notes', on = ADAPTERS, ...companion }] of Object.entries(
  COMPANIONS,
)) {
  for (const adapter of on) {
    describe(`beside ${name}, on ${adapter}`, () => {
      let running: Running;
      beforeAll(async () => {
        running = await start(application, adapter, companion.started);
      });
      afterAll(() => running.stop());

      it('really has it at work', async () => {
        await expect(companion.isAtWork(running)).resolves.toBe(true);
      });

      itKeepsTheContract(() => running, {
        ...companion.contract,
        ...(companion.says === undefined ? {} : { expected: companion.says }),
      });

      if (companion.says !== undefined) {
        const { says } = companion;
        it(`has said once in its log what makes the difference: ${says.source}`, () => {
          const said = running.lines.filter((line) => COMPLAINT.test(line) && says.test(line));
          expect(said).toHaveLength(1);
        });
      }
    });
  }
}

for (const nest of ['11', '12'] as const) {
  for (const adapter of ADAPTERS) {
    it(`sees none of them at work in an application alone, on Nest ${nest} and ${adapter}`, async () => {
      await withRunning(start('notes', adapter, { nest }), async (running) => {
        for (const [name, { isAtWork }] of Object.entries(COMPANIONS)) {
          const seen = await isAtWork(running).catch(() => false);
          expect({ name, seen }).toEqual({ name, seen: false });
        }
      });
    });
  }
}

for (const adapter of ADAPTERS) {
  it(`logs one request for a guarded write with nestjs-pino, none for the read within, on ${adapter}`, async () => {
    const running = await start('notes', adapter, { companions: ['pino'] });
    const { headers } = await running.send('GET /notes/1');
    await running.send('PUT /notes/1', {
      headers: { 'If-Match': headers.etag ?? 'none' },
      body: { title: 'changed' },
    });
    await running.stop();
    const requests = running.lines.filter((line) => line.includes('"msg":"request completed"'));
    expect(requests).toHaveLength(2);
  });

  it(`counts a guarded write once with @nestjs/throttler, on ${adapter}`, async () => {
    await withRunning(start('notes', adapter, { companions: ['throttler'] }), async ({ send }) => {
      const { headers } = await send('GET /notes/1');
      const left: unknown[] = [];
      for (const tag of [headers.etag ?? 'none', '"stale"', '"stale"']) {
        const { headers: after } = await send('PUT /notes/1', {
          headers: { 'If-Match': tag },
          body: { title: 'changed' },
        });
        left.push(after['x-ratelimit-remaining']);
      }
      expect(left).toEqual(['9999', '9998', '9997']);
    });
  });

  it(`counts the read of a guarded write as a GET with @nestjs/throttler where decorators differ, unless skipIf leaves it out, on ${adapter}`, async () => {
    const countedReads = async (variant: string): Promise<number> => {
      const running = await start('throttled-notes', adapter, { variant });
      const left = async (): Promise<number> =>
        Number((await running.send('GET /notes/1')).headers['x-ratelimit-remaining']);
      const refused = async (): Promise<number> =>
        (
          await running.send('PUT /notes/1', {
            headers: { 'If-Match': '"stale"' },
            body: { title: 'changed' },
          })
        ).status;
      expect(await refused()).toBe(412); // the first refusal of a route reads twice
      const before = await left();
      expect(await refused()).toBe(412);
      const counted = before - (await left()) - 1;
      await running.stop();
      return counted;
    };
    expect(await countedReads('')).toBe(1);
    expect(await countedReads('skipIf')).toBe(0);
  });

  it(`answers 401 without a tag to who is not let in by passport, whatever is sent, on ${adapter}`, async () => {
    await withRunning(start('notes', adapter, { companions: ['passport'] }), async ({ send }) => {
      for (const tag of [undefined, 'malformed', '"stale"', '*']) {
        const { status, headers } = await send('PUT /notes/1', {
          headers: tag === undefined ? {} : { 'If-Match': tag },
          body: { title: 'changed' },
        });
        expect({ status, etag: headers.etag }).toEqual({ status: 401, etag: undefined });
      }
      const { status } = await send('PUT /notes/1', { headers: ANN, body: { title: 'changed' } });
      expect(status).toBe(428);
    });
  });

  it(`documents If-Match beside what the plugin of @nestjs/swagger found out, on ${adapter}`, async () => {
    await withRunning(start('swagger-notes', adapter), async ({ send }) => {
      const { paths } = (await send('GET /api-json')).json() as {
        paths: Record<string, { put: { summary: string; parameters: { name: string }[] } }>;
      };
      const operation = paths['/notes/{id}']?.put;
      expect(operation?.summary).toBe('Changes a note.');
      expect(operation?.parameters.map(({ name }) => name)).toContain('If-Match');
    });
  });

  it(`has one tag whatever an excluded property says with ClassSerializerInterceptor, on ${adapter}`, async () => {
    const tags = async (companions: string[]): Promise<(string | undefined)[]> => {
      const running = await start('notes', adapter, { companions });
      const before = await running.send('GET /notes/1');
      await running.send('PUT /drafts/1', { body: { secret: 'another' } });
      const refused = await running.send('PUT /notes/1', {
        headers: { 'If-Match': '"stale"' },
        body: {},
      });
      const after = await running.send('GET /notes/1');
      await running.stop();
      return [before, refused, after].map(({ headers }) => headers.etag);
    };
    expect(new Set(await tags(['serializer'])).size).toBe(1);
    expect(new Set(await tags([])).size).toBe(2); // the control: the secret is in the body
  });
}

/** Whether the log has a line for a request. Lines arrive after answers: some more requests give them the time. */
async function logsRequests({ send, lines }: Running): Promise<boolean> {
  const isLogged = (): boolean => lines.some((line) => line.includes('"msg":"request completed"'));
  for (let request = 0; request < 20 && !isLogged(); request++) await send('GET /drafts/1');
  return isLogged();
}

/** Whether the query may select properties, as `@dataui/crud` lets it. */
async function selectsProperties({ send }: Running): Promise<boolean> {
  const { text } = await send('GET /notes/1?fields=id');
  return !text.includes('title');
}

/** Whether a write goes through the bus of `@nestjs/cqrs`. */
async function sendsCommands({ send }: Running): Promise<boolean> {
  const { etag } = (await send('GET /notes/80')).headers;
  await send('PUT /notes/80', { headers: { 'If-Match': etag ?? 'none' }, body: { title: 'new' } });
  return (await send('GET /commands')).text.includes('ChangeNote');
}

/** Whether a reader gets what was there before a write that nobody guards. */
async function keepsAnswers({ send }: Running): Promise<boolean> {
  const before = await send('GET /drafts/99');
  await send('PUT /drafts/99', { body: { title: `after ${before.text}` } });
  return (await send('GET /drafts/99')).text === before.text;
}
