import type { IfMatchOptions } from '../options/if-match.options.js';
import type { DecoratedHandler } from './decorated-handlers.js';
import type { AppliedRule } from './route.js';

/**
 * Decides what tells that a write is applied already.
 *
 * @throws Error where the body does not say what is there afterwards.
 */
export function compileApplied(
  { handlerName, verb }: DecoratedHandler,
  { alreadyApplied = false }: IfMatchOptions,
): AppliedRule | undefined {
  if (alreadyApplied === false) return undefined;
  if (verb === 'PATCH' && alreadyApplied === true) return { isPartial: true, ofServer: [] };
  if (verb === 'PUT' && alreadyApplied !== true) {
    return { isPartial: false, ofServer: alreadyApplied };
  }
  throw new Error(
    `@IfMatch({ alreadyApplied }) on ${handlerName} ${REMEDIES[verb] ?? `cannot tell from the body of a ${verb} what is there afterwards: write alreadyApplied: false on it`}`,
  );
}

const REMEDIES: Readonly<Record<string, string>> = {
  PATCH: 'takes true: what a PATCH leaves out is not looked at',
  PUT: "needs the properties that only the server sets, since a PUT replaces all others: write alreadyApplied: ['id', 'version']; [] for none",
};
