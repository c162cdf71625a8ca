import { OptionDefaults } from 'typedoc';

/** `npm run docs:api`: the reference of all entry points, from their docstrings, into docs/api. */
export default {
  name: 'nestjs-etag',
  entryPoints: [
    '../src/index.ts',
    '../src/http/index.ts',
    '../src/client/index.ts',
    '../src/swagger/index.ts',
    '../src/class-validator/index.ts',
    '../src/nest/locks/index.ts',
    '../src/testing/index.ts',
  ],
  tsconfig: '../tsconfig.build.json',
  out: 'api',
  readme: 'none',
  includeVersion: true,
  disableSources: true,
  excludePrivate: true,
  excludeInternal: true,
  // What only our own code writes: the machinery of a type, and arguments that Nest or the client gives.
  intentionallyNotExported: [
    'CommonTagOptions',
    'KnownVersionOptions',
    'VersionedTagOptions',
    'ValidatedTagOptions',
    'UnknownVersionOptions',
    'FinishedWrite',
    'GivenResource',
    'PathWithin',
    'ConditionalRequests',
    'Unknown',
  ],
  treatWarningsAsErrors: true,
  modifierTags: [...OptionDefaults.modifierTags, '@publicApi'],
};
