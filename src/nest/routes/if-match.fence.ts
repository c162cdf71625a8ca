import { InternalServerErrorException, Logger } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { isRead } from '../../http/methods.js';
import { ENHANCER_ROLE, HANDLER_METADATA } from '../internals/etag.constants.js';
import { guardsOf, verbOf } from '../internals/nest-metadata.js';
import type { Handler } from '../internals/nest-metadata.js';
import { ROLES } from '../internals/roles.js';
import { ifMatchOf } from './decorated-handlers.js';
import { roleOf } from './enhancer-order.js';

/**
 * Stands on the class of every guarded write, where a plain guard of the class would. It judges nothing and holds nothing:
 * it only makes sure that `IfMatchGuard` follows for this handler. A handler that something replaced by a function without
 * its metadata has lost its guards, and is refused. One object for all applications of a process: it has no state.
 */
export const IF_MATCH_FENCE: CanActivate & { readonly [ENHANCER_ROLE]: string } = Object.freeze({
  [ENHANCER_ROLE]: ROLES.fence,

  canActivate(context: ExecutionContext): true {
    if (context.getType() !== 'http') return true;
    const request = context.switchToHttp().getRequest<{ method: string }>();
    if (isRead(request.method) || request.method === 'OPTIONS') return true;
    const controller = context.getClass();
    const handler = context.getHandler();
    const method = (Reflect.getMetadata(HANDLER_METADATA, handler) ?? handler) as Handler;
    const verb = verbOf(method);
    const isGuarded = verb === undefined || ifMatchOf(controller, method, verb) !== undefined;
    if (!isGuarded || guardsOf(handler).some((each) => roleOf(each) === ROLES.ifMatch)) return true;
    new Logger('nestjs-etag').error(
      `${controller.name}: a ${request.method} reached the function '${handler.name}', which has lost the metadata of the method that it replaces, and with it the guard of @IfMatch(). It was refused. Copy the metadata to whatever wraps a handler: Reflect.getMetadataKeys(method).forEach((key) => Reflect.defineMetadata(key, Reflect.getMetadata(key, method), wrapper))`,
    );
    throw new InternalServerErrorException();
  },
});
