import { Injectable } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { ETagEnhancer } from './etag.enhancer.js';
import { ENHANCER_ROLE } from './internals/etag.constants.js';
import { ROLES } from './internals/roles.js';

/**
 * What `@ETag()` wires: marks the request, so that its answer is tagged where Nest hands it to the platform. A
 * guard and not an interceptor, because an interceptor costs a plain GET more than its hash does.
 */
@Injectable()
export class ETagGuard extends ETagEnhancer implements CanActivate {
  static readonly [ENHANCER_ROLE]: string = ROLES.etag;

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const exchange = this.requests.open(context, this.moduleKey);
    // A guarded write is the other guard's: here another controller has inherited its handler.
    if (exchange === undefined || exchange.route.rule !== undefined) return true;
    return this.requests.revalidate(exchange);
  }
}
