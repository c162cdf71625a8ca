import { isDeepStrictEqual } from 'node:util';
import type { CanActivate } from '@nestjs/common';
import { ENHANCER_ROLE } from '../internals/etag.constants.js';
import { isNestsOwnKey } from '../internals/nest-metadata.js';
import type { Route } from '../routes/route.js';

/** A handler and its controller: what decorators stand on. */
type Decorated = Pick<Route, 'controller' | 'handler'>;

/**
 * The guards that a read has to pass beyond those that the write has passed: those that only the GET handler has, and, where
 * decorators such as `@Roles()` say something else on the two, those that both have, which then decide something else.
 *
 * @param passed the guards of the write.
 * @param ofRead the guards of the GET handler.
 */
export function guardsOfRead(
  write: Decorated,
  read: Decorated,
  passed: readonly CanActivate[],
  ofRead: readonly CanActivate[],
): readonly CanActivate[] {
  const others = ofRead.filter((guard) => !isOurs(guard));
  return saySomethingElse(write, read) ? others : others.filter((guard) => !passed.includes(guard));
}

function isOurs(guard: CanActivate): boolean {
  return ENHANCER_ROLE in guard || ENHANCER_ROLE in guard.constructor;
}

/** Whether decorators of the application or of other packages differ between two handlers. */
function saySomethingElse(write: Decorated, read: Decorated): boolean {
  const differs = (a: object, b: object): boolean =>
    !isDeepStrictEqual(foreignMetadata(a), foreignMetadata(b));
  return (
    differs(write.handler, read.handler) ||
    (write.controller !== read.controller && differs(write.controller, read.controller))
  );
}

function foreignMetadata(target: object): ReadonlyMap<unknown, unknown> {
  const keys = (Reflect.getMetadataKeys(target) as unknown[]).filter((key) => !isNestsOwnKey(key));
  return new Map(keys.map((key) => [key, Reflect.getMetadata(key as string, target)]));
}
