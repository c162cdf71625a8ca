import { CacheInterceptor, CacheModule } from '@nestjs/cache-manager';
import { APP_INTERCEPTOR } from '@nestjs/core';
import type { MakeApplication } from '../application.js';

export const application: MakeApplication = () => ({
  imports: [CacheModule.register({ ttl: 600_000 })],
  providers: [{ provide: APP_INTERCEPTOR, useClass: CacheInterceptor }],
});
