/** The servers that are compared. */

const READS = ['200', '304'];
const WRITES = ['PUT fresh', 'PUT stale'];

/** Any tag, a strong one of ours, a weak one of ours. */
const ANY_TAG = /^(W\/)?"[^"]+"$/;
const STRONG_TAG = /^"[0-9a-f]{32}"$/;
const WEAK_TAG = /^W\/"[0-9a-f]{32}"$/;

/** What all others are compared with. */
export const BASE = 'Nest + Express as it comes';

const platforms = [
  { adapter: 'express', platform: 'Express' },
  { adapter: 'fastify', platform: 'Fastify' },
];

function onBoth(describe) {
  return platforms.map(({ adapter, platform }) => {
    const { settings = {}, ...variant } = describe(platform);
    return { ...variant, settings: { adapter, ...settings } };
  });
}

/**
 * Each variant: its `name`, the `module` that starts it with `settings`, the `scenarios` it can answer, the form of its
 * tags (`undefined` for none).
 */
export const VARIANTS = [
  {
    name: BASE,
    module: 'plain',
    settings: { adapter: 'express' },
    scenarios: [...READS, 'PUT unguarded'],
    tag: ANY_TAG,
  },
  {
    name: 'Nest + Express without tags',
    module: 'plain',
    settings: { adapter: 'express', etag: false },
    scenarios: ['200'],
  },
  {
    name: 'Nest + Express with reserved properties',
    module: 'plain',
    settings: { adapter: 'express', reserved: true },
    scenarios: READS,
    tag: ANY_TAG,
  },
  {
    name: 'Nest + Fastify plain',
    module: 'plain',
    settings: { adapter: 'fastify' },
    scenarios: ['200', 'PUT unguarded'],
  },
  {
    name: 'Nest + Fastify + @fastify/etag',
    module: 'fastify-etag',
    settings: { adapter: 'fastify' },
    scenarios: READS,
    tag: ANY_TAG,
  },
  ...onBoth((platform) => ({
    name: `Nest + ${platform}, hand-written interceptor`,
    module: 'hand-written',
    scenarios: [...READS, ...WRITES],
    tag: STRONG_TAG,
  })),
  ...onBoth((platform) => ({
    name: `Nest + ${platform}, hand-written check`,
    module: 'hand-checked',
    scenarios: WRITES,
    tag: ANY_TAG,
  })),
  ...onBoth((platform) => ({
    name: `Nest + ${platform}, hand-written check, PostgreSQL`,
    module: 'hand-checked',
    settings: { stored: true },
    scenarios: WRITES,
    tag: ANY_TAG,
  })),
  { name: 'Koa + @koa/etag', module: 'koa', scenarios: READS, tag: ANY_TAG },
  { name: 'Hono + etag', module: 'hono', scenarios: READS, tag: ANY_TAG },
  {
    name: 'node:http, one stringify, one hash',
    module: 'floor',
    scenarios: READS,
    tag: STRONG_TAG,
  },
  ...['strong', 'weak', 'version', 'validator'].flatMap((tag) =>
    onBoth((platform) => ({
      name: `nestjs-etag, ${platform}, ${tag}`,
      module: 'ours',
      settings: { tag },
      scenarios: [...READS, ...WRITES],
      tag: tag === 'weak' ? WEAK_TAG : STRONG_TAG,
    })),
  ),
  ...onBoth((platform) => ({
    name: `nestjs-etag, ${platform}, version, PostgreSQL`,
    module: 'ours',
    settings: { tag: 'version', stored: true },
    scenarios: WRITES,
    tag: STRONG_TAG,
  })),
  ...onBoth((platform) => ({
    name: `nestjs-etag, ${platform}, untagged route`,
    module: 'ours',
    settings: { tag: 'none' },
    scenarios: ['200'],
    // On Express, its own.
    tag: platform === 'Express' ? ANY_TAG : undefined,
  })),
];

/** Our variants once more, as another build of this library answers them. */
export function ofOtherBuild(build) {
  return VARIANTS.filter(({ module }) => module === 'ours').map((variant) => ({
    ...variant,
    name: `${variant.name} (other build)`,
    build,
  }));
}
