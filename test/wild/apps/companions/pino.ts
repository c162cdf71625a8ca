import { randomUUID } from 'node:crypto';
import { Logger, LoggerModule } from 'nestjs-pino';
import type { MakeApplication } from '../application.js';

export const application: MakeApplication = () => ({
  imports: [
    LoggerModule.forRoot({
      pinoHttp: {
        genReqId: (_request, response) => {
          const id = randomUUID();
          response.setHeader('x-pino-request', id);
          return id;
        },
      },
    }),
  ],
  configure: (app) => app.useLogger(app.get(Logger)),
});
