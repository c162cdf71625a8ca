import { Injectable } from '@nestjs/common';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import type { Observable } from 'rxjs';
import { map } from 'rxjs';
import type { MakeApplication } from '../application.js';

/** Wraps every answer, as many applications do. */
@Injectable()
class Envelope implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(map((data: unknown) => ({ data })));
  }
}

export const application: MakeApplication = () => ({
  providers: [{ provide: APP_INTERCEPTOR, useClass: Envelope }],
});
