import { Injectable } from '@nestjs/common';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { from, lastValueFrom } from 'rxjs';
import type { Observable } from 'rxjs';
import { UnawareNotes } from './notes.js';

/** Commits when the handler has returned, as transactional interceptors do. Only requests with `x-late-commit`. */
@Injectable()
export class LateCommit implements NestInterceptor {
  constructor(private readonly notes: UnawareNotes) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { headers } = context.switchToHttp().getRequest<{ headers: Record<string, string> }>();
    if (headers['x-late-commit'] === undefined) return next.handle();
    return from(this.notes.committedAfter(() => lastValueFrom(next.handle())));
  }
}
