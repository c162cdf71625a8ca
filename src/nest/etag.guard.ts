import { Injectable } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { ENHANCER_ROLE } from './internals/etag.constants.js';
import { ETagEnhancer } from './etag.enhancer.js';
import { ROLES } from './internals/roles.js';

/**
 * What `@ETag()` wires: marks the response, so that it is tagged where the platform serializes. A
 * guard and not an interceptor, because an interceptor costs a plain GET more than its hash does.
 */
@Injectable()
export class ETagGuard extends ETagEnhancer implements CanActivate {
  static readonly [ENHANCER_ROLE]: string = ROLES.etag;

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const route = this.requests.routeOf(context);
    // A guarded write, whose handler another controller has inherited as well.
    if (route === undefined || route.rule !== undefined) return true;
    const exchange = this.requests.open(context, route);
    if (exchange.sent.ifMatch !== undefined) this.requests.reportUnguarded(exchange);
    return route.validator === undefined
      ? true
      : this.requests.revalidate(context, exchange, route.validator);
  }
}
