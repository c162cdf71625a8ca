import { execFileSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';

/** What users may import. A name that leaves is a major version; one that comes is a line in CHANGELOG.md. */
const SURFACE: Readonly<Record<string, { values: readonly string[]; types: readonly string[] }>> = {
  'nestjs-etag': {
    values: [
      'ETAG_CHANNEL',
      'ETAG_CORS',
      'ETag',
      'ETagInterceptor',
      'ETagModule',
      'IfMatch',
      'IfMatchGuard',
      'ItemETags',
      'LastModified',
      'Precondition',
      'PreconditionFailedException',
      'PreconditionRequiredException',
      'SkipETag',
      'SkipIfMatch',
      'WeakETag',
      'etagCors',
      'isPreconditionRead',
    ],
    types: [
      'AroundRead',
      'CarriedConditions',
      'CurrentEntity',
      'ETagCors',
      'ETagCorsOptions',
      'ETagEvent',
      'ETagModuleOptions',
      'ETagOptions',
      'ETagValidator',
      'IfMatchOptions',
      'ItemETagsOptions',
      'PropertyPath',
      'Refusal',
      'RefusalBody',
      'RefusalReason',
      'RefusalStatus',
      'Revision',
      'WeakETagOptions',
      'WriteMethod',
      'WriteResult',
    ],
  },
  'nestjs-etag/http': {
    values: [
      'describesContent',
      'evaluatePreconditions',
      'findRecoded',
      'formatEntityTag',
      'formatHttpDate',
      'isEntityTagText',
      'isRead',
      'parseEntityTag',
      'parseEntityTagList',
      'parseHttpDate',
      'recodingOf',
      'strongEquals',
      'weakEquals',
    ],
    types: [
      'ConditionalFields',
      'CurrentRepresentation',
      'EntityTag',
      'EntityTagList',
      'FailureReason',
      'PreconditionField',
      'PreconditionOptions',
      'PreconditionOutcome',
      'RecodedTag',
      'Recoding',
    ],
  },
  'nestjs-etag/client': {
    values: [
      'LostAnswerError',
      'MergeConflict',
      'MidAirCollision',
      'MissingEntityTagError',
      'ResponseError',
      'createConnection',
      'createETagClient',
      'failure',
      'forget',
      'get',
      'isLostAnswer',
      'isMergeConflict',
      'isMidAirCollision',
      'isMissingEntityTag',
      'isResponseError',
      'patch',
      'post',
      'put',
      'remember',
      'remembered',
      'rememberingFetch',
      'remove',
      'threeWayMerge',
      'update',
      'watch',
    ],
    types: [
      'CacheMode',
      'Change',
      'CollisionDetails',
      'Conflict',
      'Connection',
      'ETagClient',
      'ETagClientOptions',
      'Failure',
      'FailureOptions',
      'Fetch',
      'FetchInit',
      'LostAnswerDetails',
      'Merge',
      'Representation',
      'RequestOptions',
      'Target',
      'UpdateOptions',
      'WatchOptions',
    ],
  },
  'nestjs-etag/swagger': { values: ['documentETags'], types: ['DocumentedApplication'] },
  'nestjs-etag/class-validator': {
    values: ['IsEntityTag', 'isEntityTag'],
    types: ['IsEntityTagOptions'],
  },
  'nestjs-etag/locks': {
    values: [
      'LockLostError',
      'LockTimeoutError',
      'mysqlLocks',
      'postgresLocks',
      'processLocks',
      'redisLocks',
    ],
    types: [
      'IoRedisClient',
      'LockKeyOptions',
      'LockWait',
      'MysqlDataSource',
      'MysqlLocksOptions',
      'MysqlPool',
      'NodeRedisClient',
      'PostgresClient',
      'PostgresDataSource',
      'PostgresLocksOptions',
      'PostgresPool',
      'RedisLocksOptions',
      'RedisMutex',
      'RedisMutexClass',
      'WriteLock',
      'WriteLocks',
    ],
  },
  'nestjs-etag/testing': {
    values: ['UnguardedWrites', 'checkWriteLocks', 'preconditionOf'],
    types: ['CheckWriteLocksOptions', 'GivenPrecondition'],
  },
};

/** Entry points whose sources are elsewhere than their name says. */
const SOURCES: Readonly<Record<string, string>> = {
  'nestjs-etag/locks': 'src/nest/locks/index.ts',
};

const SPECIFIERS = Object.keys(SURFACE);

/** The names that Node gives for an entry point of what was built, from either copy. */
const BUILT = `
  import { createRequire } from 'node:module';
  const require = createRequire(process.cwd() + '/');
  const names = (exported) => Object.keys(exported).filter((name) => name !== '__esModule').sort();
  const surface = {};
  for (const specifier of process.argv.slice(1)) {
    surface[specifier] = [names(await import(specifier)), names(require(specifier))];
  }
  console.log(JSON.stringify(surface));
`;

const built = JSON.parse(
  execFileSync(
    process.execPath,
    ['--no-warnings', '--input-type=module', '-e', BUILT, ...SPECIFIERS],
    {
      encoding: 'utf8',
    },
  ),
) as Readonly<Record<string, readonly (readonly string[])[]>>;

const sourceOf = (specifier: string): string =>
  SOURCES[specifier] ?? `${specifier.replace('nestjs-etag', 'src')}/index.ts`;

const program = ts.createProgram(SPECIFIERS.map(sourceOf), {
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  target: ts.ScriptTarget.ES2023,
  skipLibCheck: true,
  noEmit: true,
  types: ['node'],
});
const checker = program.getTypeChecker();

/** All names that a source exports, types among them. */
function exportsOf(source: string): readonly string[] {
  const file = program.getSourceFile(source);
  const symbol = file === undefined ? undefined : checker.getSymbolAtLocation(file);
  if (symbol === undefined) throw new Error(`${source} is no module`);
  return checker.getExportsOfModule(symbol).map(({ name }) => name);
}

describe.each(SPECIFIERS)('%s', (specifier) => {
  const { values = [], types = [] } = SURFACE[specifier] ?? {};

  it('exports these names and no others, from either copy', () => {
    expect(built[specifier]).toEqual([values, values]);
  });

  it('exports these types and no others', () => {
    expect([...exportsOf(sourceOf(specifier))].toSorted()).toEqual(
      [...values, ...types].toSorted(),
    );
  });
});
