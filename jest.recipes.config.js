import config from './jest.config.js';

/** `npm run test:recipes`: the HTTP clients that docs/client.md has recipes for. */
export default {
  ...config,
  testMatch: ['<rootDir>/test/client/recipes/*.spec.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
};
