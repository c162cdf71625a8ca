import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { MakeApplication } from '../application.js';

/** A hook of Fastify that changes every answer: whichever the variant names. */
export const application: MakeApplication = ({ variant }) => ({
  configure: (app) => {
    const fastify = (app as NestFastifyApplication).getHttpAdapter().getInstance();
    if (variant === 'preSerialization') {
      fastify.addHook('preSerialization', (_request, _reply, payload, done) => {
        done(null, { data: payload });
      });
    } else {
      fastify.addHook('onSend', (_request, _reply, payload, done) => {
        done(null, typeof payload === 'string' ? `)]}',\n${payload}` : payload);
      });
    }
  },
});
