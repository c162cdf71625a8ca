import { APP_GUARD } from '@nestjs/core';
import { ThrottlerGuard, ThrottlerModule } from '@nestjs/throttler';
import type { MakeApplication } from '../application.js';

export const application: MakeApplication = () => ({
  imports: [ThrottlerModule.forRoot([{ ttl: 600_000, limit: 10_000 }])],
  providers: [{ provide: APP_GUARD, useClass: ThrottlerGuard }],
});
