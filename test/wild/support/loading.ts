/** How a process loads tracing before everything else. */
import type { Started } from './running.js';

/** What ES modules need, so that an instrumentation sees the files inside of a package. */
const LOADER_HOOK = ['--experimental-loader=@opentelemetry/instrumentation/hook.mjs'];

/** No exporter: what is traced goes nowhere. */
const WITHOUT_NETWORK = {
  OTEL_TRACES_EXPORTER: 'none',
  OTEL_METRICS_EXPORTER: 'none',
  OTEL_LOGS_EXPORTER: 'none',
  OTEL_NODE_RESOURCE_DETECTORS: 'none',
};

export const OPENTELEMETRY_ON_11: Started = {
  nest: '11',
  flags: ['--require', './build/tracing/opentelemetry.js'],
};

export const ZERO_CODE_ON_11: Started = {
  nest: '11',
  flags: ['--require', '@opentelemetry/auto-instrumentations-node/register'],
  environment: WITHOUT_NETWORK,
};

export const SENTRY_ON_11: Started = {
  nest: '11',
  flags: ['--require', './build/tracing/sentry.js'],
  companions: ['sentry'],
};

export const OPENTELEMETRY_ON_12: Started = {
  flags: [...LOADER_HOOK, '--import', './build/tracing/opentelemetry.js'],
};

export const ZERO_CODE_ON_12: Started = {
  flags: [...LOADER_HOOK, '--import', '@opentelemetry/auto-instrumentations-node/register'],
  environment: WITHOUT_NETWORK,
};

/** Sentry bounds the version of Nest that it wraps: the bound is lifted. */
export const SENTRY_ON_12: Started = {
  flags: [
    ...LOADER_HOOK,
    '--import',
    '../support/allow-nest-12.mjs',
    '--import',
    './build/tracing/sentry.js',
  ],
  companions: ['sentry'],
};
