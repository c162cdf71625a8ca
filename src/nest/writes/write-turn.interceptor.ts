import type { NestInterceptor } from '@nestjs/common';
import { ENHANCER_ROLE } from '../internals/etag.constants.js';
import { exchangeOf } from '../exchange/exchange.js';
import { ROLES } from '../internals/roles.js';

/**
 * Runs a guarded write in its turn. One object for all applications of a process: what it does is
 * decided by the exchange that the guard left on the response, so nothing of one application can
 * leak into the next.
 */
export const TURN_TAKING: NestInterceptor = Object.freeze({
  [ENHANCER_ROLE]: ROLES.turns,
  intercept: ((context, next) => {
    const write = exchangeOf(context.switchToHttp().getResponse())?.write;
    return write === undefined ? next.handle() : write.run(next.handle());
  }) as NestInterceptor['intercept'],
});
