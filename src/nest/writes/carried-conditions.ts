import { describe } from '../checks/argument-checks.js';
import { isObject, isOfProperties, isThenable } from '../checks/objects.js';
import { malformedField } from '../refusals/refusals.js';
import type { GuardedRoute } from '../routes/route.js';
import { isWeak } from '../routes/compile-rule.js';
import { quoted } from './tag-elsewhere.js';
import type { TagElsewhere } from './tag-elsewhere.js';

/** What `@IfMatch({ from })` finds in a request. */
export interface Carried {
  readonly ifMatch: TagElsewhere;
  readonly ifNoneMatch: TagElsewhere;
  /** The two as they came, before they were quoted. */
  readonly bare: Readonly<Record<ConditionName, string | undefined>>;
}

type ConditionName = 'ifMatch' | 'ifNoneMatch';

/** What a client knows conditions as that come in a place of its API's own. */
const NAMES: Readonly<Record<ConditionName, string>> = {
  ifMatch: 'The version in the request',
  ifNoneMatch: 'The version in the request that must not be there',
};

/**
 * Asks `@IfMatch({ from })` for the conditions of a write. What is neither `*` nor has quotes is bare, and quoted.
 *
 * @throws TypeError for what could never be conditions, such as a promise or a name that is misspelled: to take it for none
 * would let the write through.
 */
export function carriedConditions({ rule, handlerName }: GuardedRoute, request: object): Carried {
  const given: unknown = rule.from?.(request);
  const isReadable = isObject(given) && isOfProperties(given) && !isThenable(given);
  if (given !== undefined && !isReadable) {
    throw new TypeError(
      `@IfMatch({ from }) on ${handlerName} must return { ifMatch, ifNoneMatch } at once, and returned ${isThenable(given) ? 'a promise' : describe(given)}`,
    );
  }
  refuseOtherNames(handlerName, given);
  const weak = isWeak(rule.current.route);
  return {
    ifMatch: conditionIn(given, 'ifMatch', weak),
    ifNoneMatch: conditionIn(given, 'ifNoneMatch', weak),
    bare: { ifMatch: bareText(given?.['ifMatch']), ifNoneMatch: bareText(given?.['ifNoneMatch']) },
  };
}

/** A name that is misspelled is no condition to us, and one to whoever wrote it. */
function refuseOtherNames(
  handlerName: string,
  given: Readonly<Record<string, unknown>> | undefined,
): void {
  const other = Object.keys(given ?? {}).find((name) => !Object.hasOwn(NAMES, name));
  if (other === undefined) return;
  throw new TypeError(
    `@IfMatch({ from }) on ${handlerName} returned a property ${describe(other)}, which is no condition: it must return { ifMatch, ifNoneMatch }, or one of them`,
  );
}

function conditionIn(
  given: Readonly<Record<string, unknown>> | undefined,
  name: ConditionName,
  weak: boolean,
): TagElsewhere {
  const value = given?.[name];
  if (value === undefined || value === null || value === '') return { value: undefined };
  const text = bareText(value);
  if (text === undefined) {
    return { refusal: malformedField(`${NAMES[name]} must be one version, a text or a number`) };
  }
  const isBare = text !== '*' && !text.includes('"');
  return { value: isBare ? quoted(text, weak) : text, sentIn: NAMES[name] };
}

function bareText(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint'
    ? String(value).trim()
    : undefined;
}
