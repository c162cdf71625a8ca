import config from './jest.config.js';

/** `npm run test:browser`: pages in a real Chromium, against real servers. */
export default {
  ...config,
  testMatch: ['<rootDir>/test/browser/**/*.spec.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  testTimeout: 60_000,
};
