import type { Type } from '@nestjs/common';
import type { ModuleRef } from '@nestjs/core';
import { isLiteral, isObject, isThenable } from './objects.js';

/**
 * Adds the place to an error about the arguments of a decorator.
 *
 * @throws TypeError
 */
export function at<T>(where: string, compile: () => T): T {
  try {
    return compile();
  } catch (error) {
    throw new TypeError(`${where}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

/**
 * Refuses a decorator that is written without its parentheses: TypeScript then hands it what it stands on.
 *
 * @param instead what to write: `@ETag()`.
 * @param given its first argument: a class, or the prototype that a handler belongs to.
 * @throws TypeError
 */
export function refuseUncalled(instead: string, given: unknown): void {
  const controller = isPrototype(given) ? given.constructor : given;
  if (typeof controller !== 'function') return;
  const on = controller === given ? controller.name : `a handler of ${controller.name}`;
  throw new TypeError(
    `${instead.replace(/\(.*/, '')} on ${on} is not called: write ${instead}, with parentheses`,
  );
}

function isPrototype(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, 'constructor'))
    return false;
  return (value.constructor as { prototype?: unknown }).prototype === value;
}

/** A check for `version`: what is wrong with it, if anything is. */
export function isVersionOption(value: unknown): string | undefined {
  return (typeof value === 'string' && value !== '') || typeof value === 'function'
    ? undefined
    : "must be the name of a property, such as 'version', or a function (entity) => version";
}

/** A check for a provider class: what is wrong with it, if anything is. */
export function isProvider(method: string): (value: unknown) => string | undefined {
  return (value) =>
    isClassWith(value, method)
      ? undefined
      : `must be a provider class with a method ${method}(request)`;
}

/** Whether a value is written as a class, and not as a function that could be called. */
export function isClass(value: unknown): boolean {
  return typeof value === 'function' && /^class\b/.test(Function.prototype.toString.call(value));
}

/** Whether a value is a class whose instances have this method. */
export function isClassWith(value: unknown, method: string): value is Type<unknown> {
  if (typeof value !== 'function') return false;
  const prototype = value.prototype as Record<string, unknown> | undefined;
  return typeof prototype?.[method] === 'function';
}

/**
 * An instance of a provider that a decorator names, from the controller's module or else from any.
 *
 * @throws Error when no module has it.
 */
export function inject<T>(moduleRef: ModuleRef, provider: Type<T>, role: string): T {
  try {
    return moduleRef.get<T>(provider);
  } catch {
    return injectFromAnywhere(moduleRef, provider, role);
  }
}

function injectFromAnywhere<T>(moduleRef: ModuleRef, provider: Type<T>, role: string): T {
  try {
    return moduleRef.get<T>(provider, { strict: false });
  } catch (error) {
    throw new Error(
      `${provider.name}, ${role}, cannot be injected: add it to the providers of a module, in the default scope`,
      { cause: error },
    );
  }
}

/**
 * Refuses options that are no object, that do not exist, or that hold the wrong thing: all of them at once.
 * `undefined` counts as not given.
 *
 * @param where what the developer wrote, for the message: `ETagModule.forRoot()`.
 * @throws TypeError
 */
export function refuseWrongOptions(
  where: string,
  given: unknown,
  checks: Readonly<Record<string, (value: unknown) => string | undefined>>,
): void {
  refuseNonOptions(where, given);
  const problems = Object.entries(given).flatMap(
    ([name, value]) => problemOf(where, name, value, checks) ?? [],
  );
  if (problems.length > 0) throw new TypeError(problems.join('\n'));
}

function problemOf(
  where: string,
  name: string,
  value: unknown,
  checks: Readonly<Record<string, (value: unknown) => string | undefined>>,
): string | undefined {
  const check = Object.hasOwn(checks, name) ? checks[name] : undefined;
  if (check === undefined) {
    return `${where} has no option '${name}': it knows ${Object.keys(checks).join(', ')}`;
  }
  const problem = value === undefined ? undefined : check(value);
  return problem === undefined
    ? undefined
    : `${where}: option '${name}' ${problem}, not ${describe(value)}`;
}

/**
 * Refuses what is no object of options at all: a promise, a Map or a Date would pass for `{}`, and so would what a class
 * computes.
 *
 * @throws TypeError
 */
export function refuseNonOptions(where: string, given: unknown): asserts given is object {
  if (isObject(given) && isLiteral(given)) return;
  throw new TypeError(
    `${where} takes an object of options, not ${describe(given)}${remedyFor(where, given)}`,
  );
}

/** What to write instead, where it is not plain. */
function remedyFor(where: string, given: unknown): string {
  if (isThenable(given)) {
    return where === 'ETagModule.forRoot()'
      ? ': write ETagModule.forRootAsync({ useFactory: async () => options })'
      : ': await what makes them first';
  }
  return isObject(given) ? ': write { name: value }, with the names of options' : '';
}

/** A value as a developer would recognise it, short, without the secrets a string may hold. */
export function describe(value: unknown): string {
  if (typeof value === 'string') {
    return value === '' ? 'an empty string' : `'${value.slice(0, 40)}'`;
  }
  if (Array.isArray(value)) {
    return `[${value.map(describe).join(', ')}]`;
  }
  if (typeof value === 'object' && value !== null) return describeObject(value);
  return typeof value === 'function' ? `the function ${value.name}` : String(value);
}

function describeObject(value: object): string {
  if (isThenable(value)) return 'a promise';
  const name = isLiteral(value) ? '' : (value.constructor as { name?: unknown } | undefined)?.name;
  return typeof name === 'string' && name !== '' ? `an object of the class ${name}` : 'an object';
}
