import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { itKeepsTheContract } from './support/contract.js';
import * as loading from './support/loading.js';
import { ADAPTERS, start } from './support/running.js';
import type { Running, Started } from './support/running.js';

/** How people load each of them: CommonJS on Nest 11, ES modules on Nest 12. */
const WAYS: Readonly<Record<string, Started>> = {
  "OpenTelemetry's instrumentation registered by hand on Nest 11": loading.OPENTELEMETRY_ON_11,
  "OpenTelemetry's zero-code instrumentation on Nest 11": loading.ZERO_CODE_ON_11,
  'Sentry with tracing on Nest 11': loading.SENTRY_ON_11,
  "OpenTelemetry's instrumentation registered by hand on Nest 12": loading.OPENTELEMETRY_ON_12,
  "OpenTelemetry's zero-code instrumentation on Nest 12": loading.ZERO_CODE_ON_12,
  'Sentry with tracing on Nest 12, its bound on the version lifted': loading.SENTRY_ON_12,
};

for (const [title, way] of Object.entries(WAYS)) {
  for (const adapter of ADAPTERS) {
    describe(`${title}, on ${adapter}`, () => {
      let running: Running;
      beforeAll(async () => {
        running = await start('notes', adapter, {
          ...way,
          companions: ['witness', ...(way.companions ?? [])],
        });
      });
      afterAll(() => running.stop());

      it('really wraps the handler', async () => {
        for (const line of ['GET /notes/1', 'GET /drafts/1']) {
          const { headers } = await running.send(line);
          expect(headers['x-handler']).toBe('wrapped');
        }
      });

      itKeepsTheContract(() => running);
    });
  }
}
