/** Native ES modules through swc: the one set-up that runs Nest 11 and 12 on every supported Node. */
export default {
  testEnvironment: 'node',
  // A server that a failed test leaves behind must not keep the run from ending.
  forceExit: true,
  // Far above what any test needs, for machines that have other things to do as well.
  testTimeout: 30_000,
  globals: { NEST_MAJOR: 12 },
  testMatch: ['<rootDir>/test/**/*.spec.ts', '<rootDir>/sample-app/test/**/*.spec.ts'],
  testPathIgnorePatterns: [
    '/node_modules/',
    '/dist/',
    '<rootDir>/test/proxies/',
    '<rootDir>/test/browser/',
    '<rootDir>/test/services/',
    '<rootDir>/test/wild/',
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
