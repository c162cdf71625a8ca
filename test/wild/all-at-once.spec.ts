import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { itKeepsTheContract } from './support/contract.js';
import { OPENTELEMETRY_ON_12, SENTRY_ON_11, ZERO_CODE_ON_12 } from './support/loading.js';
import { ADAPTERS, start } from './support/running.js';
import type { Running, Started } from './support/running.js';

/** An application with many of them, as real ones are. */
interface Everything {
  readonly application: string;
  readonly started: Started;
  /** What a guard sees of a handler. */
  readonly handler: 'method' | 'wrapped';
  /** Who must get in. */
  readonly headers: Readonly<Record<string, string>>;
}

const ON_12 = [
  'pino',
  'cls',
  'helmet',
  'compression',
  'swagger-stats',
  'passport',
  'throttler',
  'validation',
  'envelope',
  'serializer',
  'witness',
];
const ON_11 = ['sentry', 'helmet', 'compression', 'throttler', 'envelope', 'witness'];
const ANN = { Authorization: 'Bearer ann', 'Accept-Encoding': 'gzip' };

const APPLICATIONS: Readonly<Record<string, Everything>> = {
  'eleven companions on Nest 12': {
    application: 'notes',
    started: { companions: ON_12 },
    handler: 'method',
    headers: ANN,
  },
  'eleven companions and OpenTelemetry on Nest 12': {
    application: 'notes',
    started: { ...OPENTELEMETRY_ON_12, companions: ON_12 },
    handler: 'wrapped',
    headers: ANN,
  },
  'eleven companions, @nestjs/swagger and zero-code OpenTelemetry on Nest 12': {
    application: 'swagger-notes',
    started: { ...ZERO_CODE_ON_12, companions: ON_12.filter((each) => each !== 'validation') },
    handler: 'wrapped',
    headers: ANN,
  },
  '@ts-rest/nest, Sentry and six companions on Nest 11': {
    application: 'ts-rest-notes',
    started: { ...SENTRY_ON_11, companions: ON_11 },
    handler: 'wrapped',
    headers: { 'Accept-Encoding': 'gzip' },
  },
  // An envelope would be inside of its serializer, which then sees something else than a note.
  'nestjs-zod, Sentry and five companions on Nest 11': {
    application: 'zod-notes',
    started: { ...SENTRY_ON_11, companions: ON_11.filter((each) => each !== 'envelope') },
    handler: 'wrapped',
    headers: { 'Accept-Encoding': 'gzip' },
  },
};

for (const [title, { application, started, handler, headers }] of Object.entries(APPLICATIONS)) {
  for (const adapter of ADAPTERS) {
    describe(`${title}, on ${adapter}`, () => {
      let running: Running;
      beforeAll(async () => {
        running = await start(application, adapter, started);
      });
      afterAll(() => running.stop());

      it(`(control) shows a guard the ${handler} handler, among headers of others`, async () => {
        const answer = await running.send('GET /notes/1', { headers });
        expect(answer.headers).toMatchObject({
          'x-handler': handler,
          'x-content-type-options': 'nosniff',
          'x-ratelimit-limit': '10000',
          'content-encoding': 'gzip',
        });
      });

      itKeepsTheContract(() => running, { headers });
    });
  }
}
