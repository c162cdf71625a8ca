import compression from 'compression';
import fastifyCompress from '@fastify/compress';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { MakeApplication } from '../application.js';

export const application: MakeApplication = () => ({
  configure: async (app, { adapter }) => {
    if (adapter === 'express') app.use(compression({ threshold: 0 }));
    else {
      await (app as NestFastifyApplication).register(fastifyCompress, { threshold: 0 });
    }
  },
});
