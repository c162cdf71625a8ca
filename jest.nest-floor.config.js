import { onNest11 } from './test/nest-11/config.js';

/**
 * `npm run test:nest-floor`: the same tests on Nest 11.0.0, the oldest that the peer dependencies allow. No
 * `@nestjs/swagger` goes with it, and the oldest `@nestjs/platform-fastify` that does is 11.0.3.
 */
export default onNest11(
  'test/nest-floor',
  ['common', 'core', 'platform-express', 'platform-fastify', 'testing'],
  ['<rootDir>/test/swagger/'],
);
