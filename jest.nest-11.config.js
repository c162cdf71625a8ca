import base from './jest.config.js';

/** The same tests on the other supported major of Nest, which has a `node_modules` of its own. */
export default {
  ...base,
  globals: { NEST_MAJOR: 11 },
  testMatch: ['<rootDir>/test/**/*.spec.ts'],
  // What does not touch Nest at all, and what is about this checkout and its package.
  testPathIgnorePatterns: [
    ...base.testPathIgnorePatterns,
    '<rootDir>/test/(cli|client|docs|http|representation)/',
    '<rootDir>/test/package/(contents|public-surface)',
    '<rootDir>/test/together/sample-app',
  ],
  cacheDirectory: '<rootDir>/node_modules/.cache/jest-nest-11',
  moduleNameMapper: {
    ...base.moduleNameMapper,
    '^@nestjs/(common|core|platform-express|platform-fastify|swagger|testing)(/.+)?$':
      '<rootDir>/test/nest-11/node_modules/@nestjs/$1$2',
    '^(rxjs|reflect-metadata)(/.+)?$': '<rootDir>/node_modules/$1$2',
  },
};
