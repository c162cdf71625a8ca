import { IGNORED } from './test/together/groups.js';

/** Native ES modules through swc: the one set-up that runs Nest 11 and 12 on every supported Node. */
export default {
  testEnvironment: 'node',
  // One core would be left idle by default, and two is what many machines have.
  maxWorkers: '100%',
  // Far above what any test needs, for machines that have other things to do as well.
  testTimeout: 30_000,
  globals: { NEST_MAJOR: 12, NEST_HOME: '.' },
  testMatch: ['<rootDir>/test/**/*.spec.ts', '<rootDir>/sample-app/test/**/*.spec.ts'],
  // What needs packages or programs of its own has a configuration of its own.
  testPathIgnorePatterns: [
    '/node_modules/',
    '/dist/',
    '<rootDir>/test/proxies/',
    '<rootDir>/test/browser/',
    '<rootDir>/test/services/',
    '<rootDir>/test/wild/',
    '<rootDir>/test/client/recipes/',
    ...IGNORED,
  ],
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  coverageDirectory: 'coverage',
  collectCoverageFrom: ['src/**/*.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
          target: 'es2022',
        },
        module: { type: 'es6' },
      },
    ],
  },
};
