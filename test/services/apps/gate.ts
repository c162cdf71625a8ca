import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { concatMap, from } from 'rxjs';
import type { Observable } from 'rxjs';
import { askParent } from './parent.js';

/**
 * Holds a write that the guard has let through until the test lets it go, so that the test decides in which
 * order the writes happen. Only those with the header `x-gate`, which names the writer.
 */
export class Gate implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { headers } = context.switchToHttp().getRequest<{ headers: Record<string, string> }>();
    const writer = headers['x-gate'];
    if (writer === undefined) return next.handle();
    return from(askParent('gate', writer)).pipe(concatMap(() => next.handle()));
  }
}
