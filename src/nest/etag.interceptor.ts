import { Injectable } from '@nestjs/common';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import type { Observable } from 'rxjs';
import { ETagEnhancer } from './etag.enhancer.js';
import { ENHANCER_ROLE } from './internals/etag.constants.js';
import { ROLES } from './internals/roles.js';

/**
 * Tags what a handler returns, strongly: `@UseInterceptors(ETagInterceptor)` on a handler or a
 * controller is the same as `@ETag()`, which is cheaper. As an `APP_INTERCEPTOR` it is the same as `@ETag()`
 * on every controller; handlers and controllers that say something else keep their own.
 *
 * It only marks the request. The tag is made where Nest hands the answer to the platform, so that its place among other
 * interceptors does not matter.
 *
 * @publicApi
 */
@Injectable()
export class ETagInterceptor extends ETagEnhancer implements NestInterceptor {
  static readonly [ENHANCER_ROLE]: string = ROLES.interceptor;

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    // As an APP_INTERCEPTOR it belongs to no module of a controller.
    this.requests.open(context, undefined);
    return next.handle();
  }
}
