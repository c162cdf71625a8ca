import config from './jest.config.js';
import sabotage from './jest.sabotage.config.js';

/** `npm run test:services`: several processes of an application, against real servers. */
export default {
  // The package under test may be a copy.
  ...(process.env['NESTJS_ETAG_PACKAGE'] === undefined ? config : sabotage),
  testMatch: ['<rootDir>/test/services/**/*.spec.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  globalSetup: '<rootDir>/test/services/support/set-up.mjs',
  globalTeardown: '<rootDir>/test/services/support/tear-down.mjs',
  maxWorkers: 1,
  testTimeout: 120_000,
};
