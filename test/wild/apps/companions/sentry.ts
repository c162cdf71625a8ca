import { SentryModule } from '@sentry/nestjs/setup';
import type { MakeApplication } from '../application.js';

/** The module that Sentry's own instructions put into the application. */
export const application: MakeApplication = () => ({ imports: [SentryModule.forRoot()] });
