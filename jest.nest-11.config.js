import { onNest11 } from './test/nest-11/config.js';

/** `npm run test:nest-11`: the same tests on the newest of the other supported major of Nest. */
export default onNest11('test/nest-11', [
  'common',
  'core',
  'platform-express',
  'platform-fastify',
  'swagger',
  'testing',
]);
