import helmet from 'helmet';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import fastifyHelmet from '@fastify/helmet';
import type { MakeApplication } from '../application.js';

export const application: MakeApplication = () => ({
  configure: async (app, { adapter }) => {
    if (adapter === 'express') app.use(helmet());
    else await (app as NestFastifyApplication).register(fastifyHelmet);
  },
});
