import { Injectable } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { ETagEnhancer } from './etag.enhancer.js';
import { ENHANCER_ROLE } from './internals/etag.constants.js';
import { ROLES } from './internals/roles.js';

/**
 * Lets no write through that does not say, in `If-Match`, which version it changes: 428 without it,
 * 412 when somebody else was faster, 400 when it is malformed. `@UseGuards(IfMatchGuard)` is the same as
 * `@IfMatch()`; but only of `@IfMatch()` can the boot tell that a decorator above it has replaced the method and lost it.
 *
 * It runs after every other guard of its handler, whatever order the decorators stand in, and
 * before interceptors and pipes. There it takes the lock of the resource, reads what GET would send, and compares.
 *
 * A class that extends it may do in its own way what the protected methods do, and stands in
 * `@UseGuards()` alone or beside `@IfMatch()`. Inject its dependencies by property; the constructor is reserved.
 *
 * @publicApi
 * @example
 * ```ts
 * // One article, however its number is written: /articles/1 and /articles/01 wait for one another.
 * @Injectable()
 * export class ArticleGuard extends IfMatchGuard {
 *   protected override keyOf(context: ExecutionContext): string {
 *     return `article ${Number(context.switchToHttp().getRequest<Request>().params.id)}`;
 *   }
 * }
 * ```
 */
@Injectable()
export class IfMatchGuard extends ETagEnhancer implements CanActivate {
  static readonly [ENHANCER_ROLE]: string = ROLES.ifMatch;

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const exchange = this.requests.open(context, this.moduleKey);
    const route = this.requests.routeToGuard(exchange, this);
    if (exchange === undefined || route === undefined) return true;
    await this.requests.admit({
      context,
      exchange,
      route,
      key: this.keyOf(context, this.requests.keyOf(context, route)),
      readEntity: (read) => this.currentOf(context, read),
    });
    return true;
  }

  /**
   * Which resource a request writes: requests with the same key wait for one another.
   *
   * @param key what `@IfMatch({ key })` answers, or else the path of the GET handler and the values of its parameters.
   */
  protected keyOf(_context: ExecutionContext, key: string): string {
    return key;
  }

  /**
   * The current entity, as the GET handler would return it; `null` or `undefined` when there is none. Not
   * asked where `@ETag({ validator })` knows the version.
   *
   * @param read runs the GET handler with its pipes and interceptors, or what `@IfMatch({ current })` names.
   */
  protected currentOf(_context: ExecutionContext, read: () => Promise<unknown>): unknown {
    return read();
  }
}
