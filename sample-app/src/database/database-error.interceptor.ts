import { BadRequestException, ConflictException, Injectable } from '@nestjs/common';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { catchError, throwError } from 'rxjs';
import type { Observable } from 'rxjs';
import { QueryFailedError } from 'typeorm';

/** Answers for what a client did wrong and only the database noticed. */
@Injectable()
export class DatabaseErrorInterceptor implements NestInterceptor {
  intercept(_: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(catchError((error: unknown) => throwError(() => answerFor(error))));
  }
}

function answerFor(error: unknown): unknown {
  if (!(error instanceof QueryFailedError)) return error;
  const code = 'code' in error.driverError ? String(error.driverError.code) : '';
  if (code === '23505' || error.message.startsWith('UNIQUE constraint failed')) {
    return new ConflictException('Somebody else has this email address or slug already.');
  }
  // PostgreSQL's class 22, data exceptions: a number that no id can be, a NUL within a text.
  return code.startsWith('22') ? new BadRequestException(error.message) : error;
}
