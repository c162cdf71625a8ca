import { Logger, LoggerModule } from 'nestjs-pino';
import type { MakeApplication } from '../application.js';

export const application: MakeApplication = () => ({
  imports: [LoggerModule.forRoot()],
  configure: (app) => app.useLogger(app.get(Logger)),
});
