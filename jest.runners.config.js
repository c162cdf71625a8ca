import config from './jest.config.js';

/** `npm run test:runners`: the tests of docs/testing.md, which Vitest runs as well. */
export default {
  ...config,
  testMatch: ['<rootDir>/test/runners/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
};
