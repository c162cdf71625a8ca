import config from './jest.config.js';

const copy = process.env['NESTJS_ETAG_PACKAGE'];

/** `npm run test:sabotage`: tests of the sources, run against the built copy of the package that something was taken out of. */
export default {
  ...config,
  moduleNameMapper: {
    '^(?:\\.\\./)+src/(.*)\\.js$': `${copy}/dist/esm/$1.js`,
    ...config.moduleNameMapper,
  },
};
