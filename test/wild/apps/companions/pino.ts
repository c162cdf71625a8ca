import { Logger, LoggerModule } from 'nestjs-pino';
import type { MakeApplication } from '../application.js';

/** Its default routes match nothing on Nest 12 and Fastify, with and without the library: they are named here. */
export const application: MakeApplication = () => ({
  imports: [LoggerModule.forRoot({ forRoutes: ['{*path}'] })],
  configure: (app) => app.useLogger(app.get(Logger)),
});
