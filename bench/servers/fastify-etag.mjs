import etag from '@fastify/etag';
import { startNest } from './nest.mjs';

/** `@fastify/etag`, with the defaults of the plugin. */
export function start(settings) {
  return startNest(settings, { plugins: [etag] });
}
