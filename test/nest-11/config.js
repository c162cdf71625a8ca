import base from '../../jest.config.js';

/**
 * The tests on another Nest than that of this repository's root.
 *
 * @param {string} home the folder that has it in its `node_modules`
 * @param {readonly string[]} packages of `@nestjs`, those that it has
 * @param {readonly string[]} ignored what cannot run there
 */
export function onNest11(home, packages, ignored = []) {
  return {
    ...base,
    globals: { NEST_MAJOR: 11, NEST_HOME: home },
    testMatch: ['<rootDir>/test/**/*.spec.ts'],
    // What does not touch Nest at all, and what is about this checkout and its package.
    testPathIgnorePatterns: [
      ...base.testPathIgnorePatterns,
      '<rootDir>/test/(cli|client|http|representation)/',
      '<rootDir>/test/docs/(?!profiles|batch)',
      '<rootDir>/test/package/(contents|public-surface)',
      '<rootDir>/test/together/sample-app',
      ...ignored,
    ],
    cacheDirectory: `<rootDir>/node_modules/.cache/jest-${home.split('/').at(-1)}`,
    moduleNameMapper: {
      ...base.moduleNameMapper,
      [`^@nestjs/(${packages.join('|')})(/.+)?$`]: `<rootDir>/${home}/node_modules/@nestjs/$1$2`,
      '^(rxjs|reflect-metadata)(/.+)?$': '<rootDir>/node_modules/$1$2',
    },
  };
}
