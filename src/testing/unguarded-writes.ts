import { Injectable } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { ETagEnhancer } from '../nest/etag.enhancer.js';
import { unguardedWrite } from '../nest/exchange/unguarded-write.js';
import { preconditionOf } from './precondition-of.js';

/**
 * Lets every write through, in the place of `IfMatchGuard`, for tests of something else: no `If-Match` is needed, nothing is
 * locked, read or compared, and the answers of writes carry no tag. `@Precondition()` gives `preconditionOf.none()`.
 * The application still imports `ETagModule`.
 *
 * A guard that only returns `true` does not do: guarded handlers are called only after a verdict, and it has none.
 *
 * @publicApi
 * @example
 * ```ts
 * const module = await Test.createTestingModule({ imports: [AppModule] })
 *   .overrideGuard(IfMatchGuard)
 *   .useClass(UnguardedWrites)
 *   .compile();
 * ```
 */
@Injectable()
export class UnguardedWrites extends ETagEnhancer implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const exchange = this.requests.open(context, this.moduleKey);
    if (exchange !== undefined) exchange.write ??= unguardedWrite(preconditionOf.none());
    return true;
  }
}
