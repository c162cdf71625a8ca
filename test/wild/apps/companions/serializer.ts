import { ClassSerializerInterceptor } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import type { MakeApplication } from '../application.js';

export const application: MakeApplication = () => ({
  providers: [{ provide: APP_INTERCEPTOR, useClass: ClassSerializerInterceptor }],
});
