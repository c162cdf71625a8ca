import { describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import * as fc from 'fast-check';
import { violationsOf } from './schedules.model.js';
import type { Mutant, Scenario, Traits, Violation } from './schedules.model.js';

/** How many schedules are tried; `npm run test:schedules` tries a million. */
const SCHEDULES = Number(process.env['NESTJS_ETAG_SCHEDULES'] ?? 10_000);

/** What is milliseconds for ten thousand is minutes for a million. */
const TIME_LIMIT = 30_000 + SCHEDULES * 10;

const rarely: fc.Arbitrary<boolean> = fc.integer({ min: 0, max: 4 }).map((one) => one === 4);

const traits: fc.Arbitrary<Traits> = fc.record({
  handler: fc.constantFrom('promise', 'observable'),
  leaves: rarely,
  timesOut: rarely,
  retries: rarely,
  pipeThrows: rarely,
  commitsLate: rarely,
  throwsAfterWriting: rarely,
  waitsTooLong: rarely,
  losesLock: rarely,
});

const scenarios: fc.Arbitrary<Scenario> = fc.record({
  writers: fc.array(traits, { minLength: 2, maxLength: 4 }),
  isShared: fc.boolean(),
  isHasty: fc.boolean(),
  isTogether: fc.boolean(),
});

/** The first of so many schedules in which something is violated; `undefined` if there is none. */
async function counterexample(
  schedules: number,
  mutant?: Mutant,
  violation?: Violation,
): Promise<string | undefined> {
  Logger.overrideLogger(false);
  const property = fc.asyncProperty(fc.scheduler(), scenarios, async (scheduler, scenario) => {
    const violations = [...(await violationsOf(scheduler, scenario, mutant))];
    const found =
      violation === undefined ? violations : violations.filter((one) => one === violation);
    if (found.length > 0) throw new Error(found.join('; '));
  });
  const details = await fc.check(property, { numRuns: schedules });
  if (!details.failed) return undefined;
  return `${String(details.errorInstance)}\n${fc.defaultReportMessage(details)}`;
}

describe('the write path, in whatever order its steps come', () => {
  it(
    `keeps its promises in ${SCHEDULES.toLocaleString('en')} schedules`,
    async () => {
      expect(await counterexample(SCHEDULES)).toBeUndefined();
    },
    TIME_LIMIT,
  );
});

/** A model that cannot fail proves nothing. */
describe('a write path without one of its safeguards', () => {
  it.each<[Mutant, Violation]>([
    ['no lock', 'two writers won with one tag'],
    ['no lock', 'a writer overwrote what it had not seen'],
    ['lock after the read', 'two writers won with one tag'],
    ['lock released when the handler ends', 'two writers won with one tag'],
    ['lock released when the handler ends', 'a handler worked under a lock that was not its own'],
    ['lost lock not noticed', 'two writers won with one tag'],
  ])('fails: %s, so that %s', async (mutant, violation) => {
    expect(await counterexample(10_000, mutant, violation)).toContain(violation);
  });
});
