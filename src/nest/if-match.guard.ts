import { Inject, Injectable, Optional } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import type { ConditionalRequests } from './conditional-requests.js';
import { ENHANCER_ROLE, ETAG_CONDITIONAL_REQUESTS } from './etag.constants.js';
import { requireModule } from './injected.js';
import { ROLES } from './roles.js';
import type { GuardedRoute, Route } from './route.js';

/**
 * Lets no write through that does not say, in `If-Match`, which version it changes: 428 without it,
 * 412 when somebody else was faster, 400 when it is malformed. `@UseGuards(IfMatchGuard)` is the same as
 * `@IfMatch()`.
 *
 * It runs after every other guard of its handler, whatever order the decorators stand in, and
 * before pipes.
 *
 * @publicApi
 */
@Injectable()
export class IfMatchGuard implements CanActivate {
  static readonly [ENHANCER_ROLE]: string = ROLES.ifMatch;

  private readonly requests: ConditionalRequests;

  constructor(
    @Optional() @Inject(ETAG_CONDITIONAL_REQUESTS) requests: ConditionalRequests | undefined,
    @Inject(ModulesContainer) modules: ModulesContainer,
  ) {
    this.requests = requireModule(requests, modules);
  }

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const route = this.requests.routeOf(context);
    return isGuarded(route) ? this.requests.admitWrite(context, route) : true;
  }
}

function isGuarded(route: Route | undefined): route is GuardedRoute {
  return route?.rule !== undefined;
}
