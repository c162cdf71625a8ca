import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { itKeepsTheContract } from './support/contract.js';
import { ADAPTERS, start } from './support/running.js';
import type { Running, Started } from './support/running.js';

/** No exporter: what is traced goes nowhere. */
const WITHOUT_NETWORK = {
  OTEL_TRACES_EXPORTER: 'none',
  OTEL_METRICS_EXPORTER: 'none',
  OTEL_LOGS_EXPORTER: 'none',
  OTEL_NODE_RESOURCE_DETECTORS: 'none',
};

/** What ES modules need, so that an instrumentation sees the files inside of a package. */
const LOADER_HOOK = ['--experimental-loader=@opentelemetry/instrumentation/hook.mjs'];

/** How people load each of them: CommonJS on Nest 11, ES modules on Nest 12. */
const WAYS: Readonly<Record<string, Started>> = {
  "OpenTelemetry's instrumentation registered by hand on Nest 11": {
    nest: '11',
    flags: ['--require', './build/tracing/opentelemetry.js'],
  },
  "OpenTelemetry's zero-code instrumentation on Nest 11": {
    nest: '11',
    flags: ['--require', '@opentelemetry/auto-instrumentations-node/register'],
    environment: WITHOUT_NETWORK,
  },
  'Sentry with tracing on Nest 11': {
    nest: '11',
    flags: ['--require', './build/tracing/sentry.js'],
    companions: ['sentry'],
  },
  "OpenTelemetry's instrumentation registered by hand on Nest 12": {
    flags: [...LOADER_HOOK, '--import', './build/tracing/opentelemetry.js'],
  },
  "OpenTelemetry's zero-code instrumentation on Nest 12": {
    flags: [...LOADER_HOOK, '--import', '@opentelemetry/auto-instrumentations-node/register'],
    environment: WITHOUT_NETWORK,
  },
  'Sentry with tracing on Nest 12, its bound on the version lifted': {
    flags: [
      ...LOADER_HOOK,
      '--import',
      '../support/allow-nest-12.mjs',
      '--import',
      './build/tracing/sentry.js',
    ],
    companions: ['sentry'],
  },
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
