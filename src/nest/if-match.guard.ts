import { Injectable } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { ENHANCER_ROLE } from './internals/etag.constants.js';
import { ETagEnhancer } from './etag.enhancer.js';
import { ROLES } from './internals/roles.js';
import type { GuardSeams } from './writes/guarded-write.js';

/**
 * Lets no write through that does not say, in `If-Match`, which version it changes: 428 without it,
 * 412 when somebody else was faster, 400 when it is malformed. `@UseGuards(IfMatchGuard)` is the same as
 * `@IfMatch()`.
 *
 * It runs after every other guard of its handler, whatever order the decorators stand in, and
 * before pipes.
 *
 * A class that extends it may do in its own way what the protected methods do, and stands in
 * `@UseGuards()` alone or beside `@IfMatch()`.
 *
 * @publicApi
 * @example
 * ```ts
 * // One article, however its number is written: /articles/1 and /articles/01 take turns.
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

  private readonly seams: GuardSeams = {
    keyOf: (context, key) => this.keyOf(context, key),
    currentOf: (context, read) => this.currentOf(context, read),
  };

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const route = this.requests.routeOf(context);
    return this.requests.isGuarded(route, this)
      ? this.requests.admitWrite(context, route, this.seams)
      : true;
  }

  /**
   * Which resource a request writes: requests with the same key take turns (`atomicity: 'process'`).
   *
   * @param key what `@IfMatch({ key })` answers, or else the GET handler and the parameters of its path.
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
