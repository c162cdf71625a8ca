/**
 * The specs that `npm test` runs together, in one module registry, so that Nest and TypeORM are loaded once for
 * a group and not once for each file: that halves the time. What is in none of these folders runs by
 * itself, and so does a file that is named: `npm test -- test/e2e/smoke.e2e.spec.ts`.
 */
export const GROUPS = {
  nest: ['test/class-validator', 'test/e2e', 'test/nest'],
  'sample-app': ['sample-app/test'],
};

const isTogether = process.env['NESTJS_ETAG_TESTS'] === 'together';

/** What Jest must not find: the specs of all groups, or else the groups. */
export const IGNORED = isTogether
  ? Object.values(GROUPS).flatMap((paths) => paths.map((path) => `<rootDir>/${path}/`))
  : ['<rootDir>/test/together/'];
