import { Catch, HttpException } from '@nestjs/common';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';

/** The shape of all errors of the application: the status and the header fields stay. */
@Catch(HttpException)
export class ErrorShape implements ExceptionFilter {
  constructor(private readonly host: HttpAdapterHost) {}

  catch(exception: HttpException, host: ArgumentsHost) {
    const body = exception.getResponse() as { message?: unknown; reason?: unknown };
    const { message = exception.message, reason } = body;
    const response: unknown = host.switchToHttp().getResponse();
    this.host.httpAdapter.reply(response, { error: { message, reason } }, exception.getStatus());
  }
}
