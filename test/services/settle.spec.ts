import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { format, resolveConfig } from 'prettier';
import type { Report } from './apps/settle/report.js';
import { Database } from './support/database.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const RECORD = fileURLToPath(new URL('../nest/settle-results.json', import.meta.url));

/**
 * What drivers and ORMs really answer to a write, and what `settle()` makes of it. `npm test` reads the same from the
 * record; RECORD=1 writes it again.
 */
describe('settle() of what drivers and ORMs answer', () => {
  const reports: Report[] = [];
  const databases: Database[] = [];

  beforeAll(async () => {
    const postgres = await Database.create('PostgreSQL');
    const mariadb = await Database.create('MariaDB');
    databases.push(postgres, mariadb);
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--no-warnings', join(process.env['NESTJS_ETAG_APPS']!, 'settle/main.js')],
      {
        maxBuffer: 1 << 26,
        env: {
          ...process.env,
          POSTGRES_URL: postgres.url,
          MARIADB_URL: mariadb.url,
          WRITES: join(process.env['NESTJS_ETAG_PACKAGE'] ?? ROOT, 'dist/esm/nest/writes'),
        },
      },
    );
    reports.push(
      ...stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as Report),
    );
    if (process.env['RECORD'] !== undefined) {
      const options = { ...(await resolveConfig(RECORD)), filepath: RECORD };
      writeFileSync(RECORD, await format(JSON.stringify(reports), options));
    }
  }, 300_000);

  afterAll(() => Promise.all(databases.map((database) => database.drop())));

  it('is right about each way to write, with a row and without one', () => {
    const ways = reports.flatMap(({ library, answers }) =>
      answers.map((answer) => ({ way: `${library}: ${answer.write}`, ...answer })),
    );
    expect(ways.length).toBeGreaterThan(120);
    expect(ways.map(({ way, said }) => [way, said])).toEqual(
      ways.map(({ way, expected }) => [way, expected]),
    );
  });

  it('knows what each ORM throws: nothing found, another version, a duplicate', () => {
    const failures = reports.flatMap(({ library, failures }) =>
      failures.map(({ call, ...failure }) => ({ call: `${library}: ${call}`, ...failure })),
    );
    expect(new Set(failures.map(({ meaning }) => meaning)).size).toBe(3);
    expect(failures.map(({ call, said }) => [call, said])).toEqual(
      failures.map(({ call, meaning }) => [call, [meaning]]),
    );
  });

  it('is what the record of `npm test` says', () => {
    expect(reports).toEqual(JSON.parse(readFileSync(RECORD, 'utf8')));
  });
});
