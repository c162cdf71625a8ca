/**
 * `npm run test:sabotage` shows that the proof can fail: takes away one safeguard at a time from a copy of the
 * built package, and demands that the tests which guard it turn red. With the package as it is they must be
 * green.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const IN_FOUR_PROCESSES = 'lets one of 50 writers in 4 processes win';
const IN_ONE_PROCESS = 'are 1 of 50 in one process';

/**
 * `file` is of the built package. `swaps` are pairs of code, and what stands there instead. `red` names a test of
 * test/services, or with its path one of the others. `hangs` where the test can only turn red by never ending.
 */
const SABOTAGES = [
  {
    what: 'the resource is read before its lock is taken',
    file: 'nest/writes/write-preconditions.js',
    swaps: [
      [
        'const lock = await this.lock(request);',
        'const early = await this.currentOf(request); const lock = await this.lock(request);',
      ],
      ['const current = await this.currentOf(request);', 'const current = early;'],
    ],
    red: ['locks-in-one-process', IN_ONE_PROCESS],
  },
  {
    what: 'the lock is released at the end of the handler, and not of the answer',
    file: 'nest/writes/guarded-write.js',
    code: '!(this.isOver || this.isAbandoned)',
    instead: 'false',
    red: ['locks-over-http', 'lose nothing where an interceptor commits after the handler'],
  },
  {
    what: 'nothing bounds the wait for a lock',
    file: 'nest/writes/resource-locks.js',
    code: 'timeout: this.parts.timeout,',
    instead: 'timeout: 2 ** 31 - 1,',
    red: ['locks-in-one-process', 'are answered 503 when the lock is held for too long'],
    hangs: true,
  },
  {
    what: 'a lock that was lost is not noticed',
    file: 'nest/writes/guarded-write.js',
    swaps: [
      ['if (lock.isLost)', 'if (false)'],
      ['await lock.release();', 'await lock.release().catch(() => undefined);'],
    ],
    red: [
      'locks-over-http',
      'answers 5xx when the connection of the lock is ended while the handler runs',
    ],
  },
  {
    what: 'writers of one process do not queue before they go to the database',
    file: 'nest/locks/queued-locks.js',
    code: 'turns.push(await this.queue.enter(key, deadline));',
    instead: '{}',
    red: ['locks-postgres', 'send one waiter for each key and process to the database'],
  },
  {
    what: 'locks of a process exclude nobody',
    file: 'nest/locks/queued-locks.js',
    code: 'turns.push(await this.queue.enter(key, deadline));',
    instead: '{}',
    red: ['locks-in-one-process', IN_ONE_PROCESS],
  },
  {
    what: 'batches take their locks in any order',
    file: 'nest/locks/queued-locks.js',
    code: '[...new Set(keys)].sort()',
    instead: '[...new Set(keys)]',
    red: ['test/locks/process-locks.spec.ts', ''],
    says: 'break a promise',
  },
  {
    what: 'the answer to COMMIT is not looked at',
    file: 'nest/locks/postgres-transaction.js',
    code: "command !== 'COMMIT'",
    instead: 'false',
    red: ['locks-postgres', 'tell it when they are released, if their transaction has failed'],
  },
  {
    what: 'locks take the whole pool',
    file: 'nest/locks/pool-share.js',
    code: 'pool.size / 2',
    instead: 'pool.size / 1',
    red: ['locks-postgres', 'hold at most half of the pool'],
  },
  {
    what: 'a second line of a date is not looked at',
    file: 'nest/exchange/conditional-fields.js',
    code: "headersDistinct?.[name]?.join(', ') ?? first",
    instead: 'first',
    red: ['test/e2e/write-safeguards.e2e.spec.ts', 'two lines of a date are none'],
  },
  {
    what: 'an error of the read passes for a missing resource',
    file: 'nest/current/inner-get.js',
    code: 'status === 404 || status === 410',
    instead: 'status >= 400',
    red: [
      'test/e2e/write-safeguards.e2e.spec.ts',
      'a read that answers 503 is an error, and nothing is created',
    ],
  },
  {
    what: 'Error.stackTraceLimit stays as refusals need it',
    file: 'nest/refusals/refusals.js',
    code: 'Error.stackTraceLimit = stackTraceLimit;',
    instead: '',
    red: [
      'test/e2e/write-safeguards.e2e.spec.ts',
      'errors of the application keep their stack after a refusal',
    ],
  },
  {
    what: 'two versions that are dates are compared to the second',
    file: 'representation/revision.js',
    code: 'undefined : version.toISOString();',
    instead: 'undefined : String(version);',
    red: [
      'test/e2e/write-safeguards.e2e.spec.ts',
      'dates as versions are compared to the millisecond',
    ],
  },
  {
    what: 'the inner read is not marked',
    file: 'nest/current/inner-get.js',
    code: ', [PRECONDITION_READ]: true',
    instead: '',
    red: [
      'test/e2e/write-safeguards.e2e.spec.ts',
      'an interceptor can tell the read that a write is compared with',
    ],
  },
  {
    what: 'a client that leaves keeps its resource locked',
    file: 'nest/writes/guarded-write.js',
    code: 'this.isAbandoned = true;',
    instead: '',
    red: [
      'test/e2e/freed-resources.e2e.spec.ts',
      'where a client leaves a handler that answers by itself',
    ],
    hangs: true,
  },
  {
    what: 'the notes of the inner read are those of the write',
    file: 'nest/platform/copied.js',
    code: 'const copy = copied(locals);',
    instead: 'return locals;',
    red: [
      'test/e2e/write-safeguards.e2e.spec.ts',
      'what the read notes on the response does not reach the write (of a class)',
    ],
  },
  {
    what: 'properties have the order in which they were named',
    file: 'representation/selection.js',
    code: '[...new Set(fields)].sort()',
    instead: '[...new Set(fields)]',
    red: [
      'test/e2e/weak-tag.e2e.spec.ts',
      'does not depend on the order in which properties are named',
    ],
  },
  {
    what: 'the guard of a class wins over that of its handler',
    file: 'nest/routes/enhancer-order.js',
    code: 'guards.findLast(',
    instead: 'guards.find(',
    red: [
      'test/e2e/extended-guard.e2e.spec.ts',
      'guards its handler, and not the one of the class',
    ],
  },
  {
    what: 'the guard alone: settle() settles for nothing',
    file: 'nest/writes/verified-precondition.js',
    code: ' || touchedRows(result, this.written) === 0',
    instead: '',
    red: ['typeorm', `where/settle ${IN_FOUR_PROCESSES}`],
  },
  {
    what: 'where() names no version',
    file: 'nest/writes/verified-precondition.js',
    code: 'Object.assign({}, criteria, { [name]: version })',
    instead: 'Object.assign({}, criteria)',
    red: ['typeorm', `where/settle ${IN_FOUR_PROCESSES}`],
  },
  {
    what: 'the guard alone: verify() verifies nothing',
    file: 'nest/writes/verified-precondition.js',
    code: '!(await this.verified.isStill(entity))',
    instead: 'false',
    red: ['typeorm', `lock/verify ${IN_FOUR_PROCESSES}`],
  },
  {
    what: 'a serialization failure passes for a collision',
    file: 'nest/writes/orm-conflict.js',
    code: 'chain.some((link) => isNamed(link, OPTIMISTIC_LOCK_ERRORS)) && !isRetryable(chain)',
    instead: "chain.some((link) => link.code === '40001' || isNamed(link, OPTIMISTIC_LOCK_ERRORS))",
    red: ['typeorm', 'makes no 412 of a serialization failure'],
  },
  {
    what: 'the conflict that an ORM finds is not recognised',
    file: 'nest/writes/orm-conflict.js',
    code: "'OptimisticLockError',",
    instead: '',
    red: ['mikro-orm', 'becomes 412 when somebody was faster in the middle of the write'],
  },
];

const FOLDER = `node_modules/.cache/nestjs-etag/sabotage-${process.pid}`;
const BUILT = join(FOLDER, 'built');
const COPY = join(FOLDER, 'copy');
const escape = (text) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

const [only = ''] = process.argv.slice(2);
const chosen = SABOTAGES.filter(({ what }) => what.includes(only));

try {
  cpSync('dist/esm', join(BUILT, 'dist/esm'), { recursive: true });
  cpSync('package.json', join(BUILT, 'package.json'));
  takeCopy();
  for (const sabotage of chosen) {
    takeAway(sabotage);
    takeCopy();
  }
  for (const isOfServices of [true, false]) {
    const tests = chosen.map(({ red }) => red).filter((red) => inServices(red) === isOfServices);
    if (tests.length === 0) continue;
    report(
      'nothing',
      demand(run(tests), (results) => results.every(isGreen)),
    );
  }
  for (const sabotage of chosen) {
    const { what, red } = sabotage;
    takeCopy();
    takeAway(sabotage);
    report(
      what,
      demand(run([red], sabotage), (results) => results.some((result) => isRed(result, sabotage))),
    );
  }
} finally {
  rmSync(FOLDER, { recursive: true, force: true });
}

function inServices([file]) {
  return !file.includes('/');
}

function takeCopy() {
  rmSync(COPY, { recursive: true, force: true });
  cpSync(BUILT, COPY, { recursive: true });
}

function takeAway({ file, code, instead, swaps = [[code, instead]] }) {
  for (const [before, after] of swaps) replace(join(COPY, 'dist/esm', file), before, after);
}

/** @throws Error when the safeguard is not where it is looked for: then nothing would be proved. */
function replace(file, code, instead) {
  const source = readFileSync(file, 'utf8');
  const count = source.split(code).length - 1;
  if (count !== 1)
    throw new Error(`${file} holds ${JSON.stringify(code)} ${count} times, not once`);
  writeFileSync(
    file,
    source.replace(code, () => instead),
  );
}

/** Runs the named tests, [file, name] each and all of one kind, against the copy. */
function run(tests, { hangs = false } = {}) {
  const output = join(COPY, 'results.json');
  const isOfServices = inServices(tests[0]);
  const files = [
    ...new Set(tests.map(([file]) => (isOfServices ? `test/services/${file}\\.spec\\.ts$` : file))),
  ];
  const names = [...new Set(tests.map(([, name]) => escape(name)))];
  const jest = '--experimental-vm-modules --no-warnings node_modules/jest/bin/jest.js';
  const config = isOfServices ? 'jest.services.config.js' : 'jest.sabotage.config.js';
  const options = `--config ${config} --json --forceExit --outputFile ${output}`;
  const { stderr } = spawnSync(
    process.execPath,
    [
      ...`${jest} ${options}`.split(' '),
      ...(hangs ? ['--testTimeout', '15000'] : []),
      '--testNamePattern',
      names.includes('') ? '' : names.join('|'),
      '--testPathPatterns',
      ...files,
    ],
    {
      encoding: 'utf8',
      env: {
        ...process.env,
        NESTJS_ETAG_PACKAGE: join(process.cwd(), COPY),
        NESTJS_ETAG_TESTS: 'apart',
      },
    },
  );
  if (!existsSync(output)) throw new Error(`The tests did not run:\n${stderr}`);
  const results = JSON.parse(readFileSync(output, 'utf8'))
    .testResults.flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status !== 'pending');
  return { results, expected: names.length, stderr };
}

function demand({ results, expected, stderr }, isAsItShould) {
  const hasRun = results.length >= expected;
  return { isFine: hasRun && isAsItShould(results), results, stderr };
}

function isGreen({ status }) {
  return status === 'passed';
}

/** Red because of what it expected, and not because an application did not even start. */
function isRed({ status, failureMessages }, { hangs = false, says = 'expect(' }) {
  const reason = hangs ? 'Exceeded timeout' : says;
  return status === 'failed' && failureMessages.some((message) => message.includes(reason));
}

function report(what, { isFine, results, stderr }) {
  const outcome = results.map(({ status, title }) => `${status}: ${title}`).join('; ');
  console.log(`${isFine ? 'ok    ' : 'NOT OK'}  ${what}  →  ${outcome}`);
  if (isFine) return;
  console.error(stderr);
  process.exitCode = 1;
}
