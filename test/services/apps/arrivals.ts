import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { tellParent } from './parent.js';

/** Tells the test that a writer has come as far as the guards, which run before the one that takes the lock. */
export class Arrivals implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { headers } = context.switchToHttp().getRequest<{ headers: Record<string, string> }>();
    const writer = headers['x-arrival'];
    if (writer !== undefined) tellParent({ kind: 'arrival', writer });
    return true;
  }
}
