import { isWeakSource } from '../../representation/tag-source.js';
import { at, refuseWrongOptions } from '../checks/argument-checks.js';
import { PRECONDITION_PARAMETER } from '../internals/etag.constants.js';
import { sendsEvents, takesParameter } from '../internals/nest-metadata.js';
import type { ResolvedETagOptions } from '../options/etag.options.js';
import { IF_MATCH_CHECKS } from '../options/if-match.options.js';
import type { IfMatchOptions } from '../options/if-match.options.js';
import { compileApplied } from './compile-applied.js';
import { compileCurrent, readsAbove, readsOfSamePath } from './compare-with.js';
import type { Reads } from './reads.js';
import { compileVersion } from './compile-tag.js';
import type { Version } from './compile-tag.js';
import { storedTagOf } from './decorated-handlers.js';
import type { DecoratedHandler } from './decorated-handlers.js';
import { hasParametersOf } from './path-parameters.js';
import { isSamePath, resourceKey } from './resource-key.js';
import type { CurrentSource, Route, WriteRule } from './route.js';

/**
 * Decides what guards a write, from what `@IfMatch()` says.
 *
 * @param reads the other handlers of the controller, which it can be compared with.
 * @param everywhere the reads of all controllers, of which it may name one.
 * @throws TypeError, Error for a rule that could never work, with the handler's name and what to write
 * instead.
 */
export function compileRule(
  declared: DecoratedHandler,
  reads: Reads,
  everywhere: Reads,
  options: ResolvedETagOptions,
): WriteRule {
  const { handlerName, verb } = declared;
  const given = declared.ifMatch as IfMatchOptions;
  refuseReads(declared);
  refuseEvents(declared);
  refuseWrongOptions(`@IfMatch() on ${handlerName}`, given, IF_MATCH_CHECKS);
  const current = compileCurrent(declared, given, reads, everywhere);
  const comparison = given.comparison ?? 'strong';
  const required = given.required ?? options.requireIfMatch.has(verb);
  refuseWhatNeverPasses(handlerName, current, comparison);
  if (required !== false && given.unmodifiedSince !== true) refuseDateAlone(handlerName, current);
  if (options.atomicity === 'database') refuseUnconditional(declared);
  const version = compileRuleVersion(handlerName, given, current);
  const { key } = given;
  const read = keyRead(declared, current, reads);
  return {
    required,
    comparison,
    creates: given.creates ?? false,
    unmodifiedSince: given.unmodifiedSince ?? false,
    property: given.property === undefined ? undefined : [given.property].flat(),
    from: given.from as WriteRule['from'],
    alreadyApplied: compileApplied(declared, given),
    answerTag: storedTagOf(declared.handler)?.kind === 'none' ? false : (given.etag ?? true),
    current,
    isComparable: current.kind === 'entity' || hasParametersOf(declared, current.route),
    versionOf: version?.revisionOf,
    versionName: version?.name ?? 'version',
    keyOf: key === undefined ? resourceKey(declared, read) : (request) => key(request as never),
    isKeyGuessed: key === undefined && read === undefined,
    answersWithResource: read === undefined || isSamePath(declared, read),
  };
}

/** The GET by whose path a resource is known: the one that is compared with, or the one whose path the write's begins with. */
function keyRead(
  declared: DecoratedHandler,
  current: CurrentSource,
  reads: Reads,
): Pick<Route, 'controller' | 'modulePath' | 'path'> | undefined {
  if (current.kind === 'handler') return current.route;
  const [samePath] = readsOfSamePath(declared, reads);
  return samePath?.[1] ?? readsAbove(declared, reads)[0];
}

/** `@All()` would guard reads as well, and could not tell which methods require If-Match. */
function refuseReads({ handlerName, verb }: DecoratedHandler): void {
  if (!['GET', 'HEAD', 'QUERY', 'OPTIONS', 'ALL'].includes(verb)) return;
  const handled = verb === 'ALL' ? 'all methods' : verb;
  throw new Error(
    `@IfMatch() guards writes, and ${handlerName} handles ${handled}: put it on handlers of PUT, PATCH, DELETE or POST (@ETag() answers If-Match on a GET), or, where it stands on the class, write @SkipIfMatch() on this handler`,
  );
}

/** A stream of events ends when its client leaves: its resource would be locked for as long. */
function refuseEvents({ handlerName, handler }: DecoratedHandler): void {
  if (!sendsEvents(handler)) return;
  throw new Error(
    `${handlerName} is guarded by @IfMatch() and streams events (@Sse()), so that nobody else could write until its client leaves: take @IfMatch() off, or write @SkipIfMatch() on it`,
  );
}

function refuseUnconditional({ handlerName, controller, name }: DecoratedHandler): void {
  if (takesParameter(controller, name, PRECONDITION_PARAMETER)) return;
  throw new Error(
    `${handlerName} is guarded, and with atomicity: 'database' its write must be conditional: add the parameter \`@Precondition() precondition: Precondition\` and write \`precondition.settle(await repository.update(precondition.where({ id }), change))\``,
  );
}

function refuseDateAlone(handlerName: string, { route }: CurrentSource): void {
  if (route.tagSource !== undefined) return;
  throw new Error(
    `${handlerName} requires If-Match, and is compared with ${route.handlerName}, which publishes a date but no entity tag: put @ETag() on it, or accept dates, which are to the second only, with @IfMatch({ unmodifiedSince: true })`,
  );
}

/** Whether GET sends a weak tag. */
export function isWeak({ validator, tagSource }: Pick<Route, 'validator' | 'tagSource'>): boolean {
  return validator?.weak ?? (tagSource !== undefined && isWeakSource(tagSource));
}

function refuseWhatNeverPasses(
  handlerName: string,
  { route }: CurrentSource,
  comparison: 'strong' | 'weak',
): void {
  if (isWeak(route) && comparison === 'strong') {
    throw new Error(
      `${handlerName} is compared with ${route.handlerName}, whose entity tag is weak (@WeakETag(), or weak: true), and If-Match never matches a weak tag (RFC 9110 §13.1.1): tag it with @ETag(), or accept weak tags on purpose with @IfMatch({ comparison: 'weak' })`,
    );
  }
}

/** Where the version is that a write is conditional on: as the rule says, or where the tag is made from. */
function compileRuleVersion(
  handlerName: string,
  { version }: IfMatchOptions,
  { route }: CurrentSource,
): Version | undefined {
  if (version !== undefined)
    return at(`@IfMatch() on ${handlerName}`, () => compileVersion(version));
  return route.tagSource?.kind === 'revision' ? route.tagSource : undefined;
}
