import config from './jest.config.js';

/** `npm run test:proxies`: saving through the real programs that people put before an application. */
export default {
  ...config,
  testMatch: ['<rootDir>/test/proxies/**/*.spec.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  testTimeout: 60_000,
};
