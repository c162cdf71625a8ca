import { ValidationPipe } from '@nestjs/common';
import { APP_PIPE } from '@nestjs/core';
import type { MakeApplication } from '../application.js';

export const application: MakeApplication = () => ({
  providers: [
    { provide: APP_PIPE, useValue: new ValidationPipe({ whitelist: true, transform: true }) },
  ],
});
