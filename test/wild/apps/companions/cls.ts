import { Injectable } from '@nestjs/common';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { ClsModule, ClsService } from 'nestjs-cls';
import type { Observable } from 'rxjs';
import type { MakeApplication } from '../application.js';

/** Answers with the id that nestjs-cls gave the request. */
@Injectable()
class RequestIds implements NestInterceptor {
  constructor(private readonly cls: ClsService) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const response = context
      .switchToHttp()
      .getResponse<{ header(name: string, value: string): unknown }>();
    response.header('x-request-id', this.cls.getId());
    return next.handle();
  }
}

export const application: MakeApplication = () => ({
  imports: [ClsModule.forRoot({ global: true, middleware: { mount: true, generateId: true } })],
  providers: [{ provide: APP_INTERCEPTOR, useClass: RequestIds }],
});
