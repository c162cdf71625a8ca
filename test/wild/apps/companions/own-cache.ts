import { Injectable } from '@nestjs/common';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import type { Observable } from 'rxjs';
import { of, tap } from 'rxjs';
import type { MakeApplication } from '../application.js';

/** A cache as people write it themselves: whatever GET has answered once, by URL. */
@Injectable()
class RememberedAnswers implements NestInterceptor {
  readonly #answers = new Map<string, unknown>();

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { method, url } = context.switchToHttp().getRequest<{ method: string; url: string }>();
    if (method !== 'GET') return next.handle();
    if (this.#answers.has(url)) return of(this.#answers.get(url));
    return next.handle().pipe(tap((answer) => this.#answers.set(url, answer)));
  }
}

export const application: MakeApplication = () => ({
  providers: [{ provide: APP_INTERCEPTOR, useClass: RememberedAnswers }],
});
