/**
 * `npm run test:sabotage` shows that the proof can fail: takes away one safeguard at a time from a copy of the
 * built package, and demands that the tests which guard it turn red. With the package as it is they must be
 * green.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const IN_FOUR_PROCESSES = 'lets one of 50 writers in 4 processes win';
const IN_TURNS = 'are 1 of 50 in one process';

const SABOTAGES = [
  {
    what: 'the guard alone: nobody takes turns',
    file: 'nest/writes/guarded-write.js',
    code: 'this.watch === undefined ? work() : this.watch.takeTurn(work)',
    instead: 'work()',
    red: ['turns', IN_TURNS],
  },
  {
    what: 'a turn is released early',
    file: 'nest/writes/turns.js',
    code: 'return await work();',
    instead: 'return work();',
    red: ['turns', 'keep their turn when their client is gone in mid-write'],
  },
  {
    what: 'who has waited for a turn does not look again',
    file: 'nest/writes/guarded-write.js',
    code: 'this.watch?.outdated === true',
    instead: 'false',
    red: ['turns', IN_TURNS],
  },
  {
    what: 'the guard alone: settle() settles for nothing',
    file: 'nest/writes/verified-precondition.js',
    code: ' || touchedRows(result) === 0',
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

try {
  cpSync('dist/esm', join(BUILT, 'dist/esm'), { recursive: true });
  cpSync('package.json', join(BUILT, 'package.json'));
  takeCopy();
  const everything = SABOTAGES.map(({ red }) => red);
  report(
    'nothing',
    demand(run(everything), (results) => results.every(isGreen)),
  );
  for (const { what, file, code, instead, red } of SABOTAGES) {
    takeCopy();
    replace(join(COPY, 'dist/esm', file), code, instead);
    report(
      what,
      demand(run([red]), (results) => results.some(isRed)),
    );
  }
} finally {
  rmSync(FOLDER, { recursive: true, force: true });
}

function takeCopy() {
  rmSync(COPY, { recursive: true, force: true });
  cpSync(BUILT, COPY, { recursive: true });
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

/** Runs the named tests, [file, name] each, against the copy. */
function run(tests) {
  const output = join(COPY, 'results.json');
  const files = [...new Set(tests.map(([file]) => `test/services/${file}\\.spec\\.ts$`))];
  const names = [...new Set(tests.map(([, name]) => escape(name)))];
  const jest = '--experimental-vm-modules --no-warnings node_modules/jest/bin/jest.js';
  const options = `--config jest.services.config.js --json --outputFile ${output}`;
  const { stderr } = spawnSync(
    process.execPath,
    [
      ...`${jest} ${options}`.split(' '),
      '--testNamePattern',
      names.join('|'),
      '--testPathPatterns',
      ...files,
    ],
    { encoding: 'utf8', env: { ...process.env, NESTJS_ETAG_PACKAGE: join(process.cwd(), COPY) } },
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
function isRed({ status, failureMessages }) {
  return status === 'failed' && failureMessages.some((message) => message.includes('expect('));
}

function report(what, { isFine, results, stderr }) {
  const outcome = results.map(({ status, title }) => `${status}: ${title}`).join('; ');
  console.log(`${isFine ? 'ok    ' : 'NOT OK'}  ${what}  →  ${outcome}`);
  if (isFine) return;
  console.error(stderr);
  process.exitCode = 1;
}
