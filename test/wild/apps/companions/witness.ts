import { Injectable } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import type { MakeApplication } from '../application.js';

interface Answer {
  header?(name: string, value: string): unknown;
}

/** Says in a header whether the handler that a guard sees is the method of the controller, or wraps it. */
@Injectable()
class Witness implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const prototype = context.getClass().prototype as Record<string, unknown>;
    const isMethod = Object.getOwnPropertyNames(prototype).some(
      (name) => prototype[name] === context.getHandler(),
    );
    context
      .switchToHttp()
      .getResponse<Answer>()
      .header?.('x-handler', isMethod ? 'method' : 'wrapped');
    return true;
  }
}

export const application: MakeApplication = () => ({
  providers: [{ provide: APP_GUARD, useClass: Witness }],
});
