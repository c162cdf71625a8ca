import { startNest } from './nest.mjs';

/** Nest as it comes: on Express with the weak tag that Express makes by itself. */
export function start(settings) {
  return startNest(settings);
}
