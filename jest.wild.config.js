import config from './jest.config.js';

/** `npm run test:wild`: the library inside the packages of other people, each application in a process of its own. */
export default {
  ...config,
  testMatch: ['<rootDir>/test/wild/*.spec.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/test/wild/nest-1[12]/'],
  globalSetup: '<rootDir>/test/wild/support/set-up.mjs',
  maxWorkers: 2,
  // An application that a failed test leaves behind must not keep the run from ending.
  forceExit: true,
  testTimeout: 60_000,
};
