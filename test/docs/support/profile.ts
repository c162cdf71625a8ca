import { expect } from '@jest/globals';
import type { INestApplication, Type } from '@nestjs/common';
import type { ETagModuleOptions } from '../../../src/index.js';
import type { Running } from '../../support/each-adapter.js';
import type { Note, Notes } from '../notes.js';

/** What every profile is asked. */
export type Operation =
  | 'read'
  | 'not modified'
  | 'list'
  | 'create'
  | 'save'
  | 'stale'
  | 'missing condition'
  | 'create only'
  | 'create only, and there is one'
  | 'stale delete'
  | 'delete';

/**
 * A request and its answer. `{etag}` stands for the tag of the last GET of one item, `{bare}` for the same without quotes, in
 * every text of the request and of what is expected.
 */
export interface Step {
  /** `PUT /1`, below the path of the profile. */
  readonly send: string;
  readonly ifMatch?: string;
  readonly ifNoneMatch?: string;
  /** JSON, or a text of XML. */
  readonly body?: object | string;
  readonly status: number;
  /** The tag of the answer; `null` for none. */
  readonly etag?: string | RegExp | null;
  /** What the body of the answer has, among others; a text where it is no JSON. */
  readonly has?: object | string;
  /** A write that succeeds and finds nothing to do. */
  readonly changesNothing?: true;
}

/** The steps of a profile, one after the other on the same store. */
export type Steps = Readonly<Record<Operation, Step>> & Readonly<Record<string, Step>>;

/** A section of docs/profiles.md, and what it answers. */
export interface Profile {
  readonly path: string;
  readonly controller: Type;
  readonly options?: ETagModuleOptions;
  readonly configure?: (app: INestApplication) => void;
  readonly steps: Steps;
}

/** A tag that is a digest. */
export const HASH = /^"[0-9a-f]{32}"$/;

/** A reader has it already. */
export const NOT_MODIFIED: Step = {
  send: 'GET /1',
  ifNoneMatch: '{etag}',
  status: 304,
  etag: '{etag}',
};

/** A read whose tag the next steps go on from. */
export const READ_AGAIN: Step = { send: 'GET /1', status: 200, etag: HASH };

/** A PUT with `If-None-Match: *`, where there is something and where there is nothing. */
export function createOnly(created: number, refused = 412) {
  const put = { ifNoneMatch: '*', body: { text: 'x' } };
  return {
    'create only, and there is one': { ...put, send: 'PUT /1', status: refused },
    'create only': { ...put, send: 'PUT /9', status: created },
  } satisfies Partial<Record<Operation, Step>>;
}

/** The deletion of one item by its tag, after one with a tag that is stale. */
export function deleteIfMatch(stale: string, current: string) {
  return {
    'stale delete': { send: 'DELETE /1', ifMatch: stale, status: 412 },
    delete: { send: 'DELETE /1', ifMatch: current, status: 204 },
  } satisfies Partial<Record<Operation, Step>>;
}

/** The same, by a tag that only a read tells. */
export const DELETE_BY_HASH = {
  'stale delete': { send: 'DELETE /1', ifMatch: '{etag}', status: 412 },
  'read again': READ_AGAIN,
  delete: { send: 'DELETE /1', ifMatch: '{etag}', status: 204 },
} satisfies Partial<Record<Operation | 'read again', Step>>;

/** Whom the steps are sent to, and what it stores. */
export interface Target {
  readonly send: Running['send'];
  readonly notes: Pick<Notes, 'all'>;
}

/** Takes the steps of a profile, one after the other, and tells those that were answered otherwise. */
export async function failuresOf({ path, steps }: Profile, target: Target): Promise<string[]> {
  const failures: string[] = [];
  let kept = '';
  for (const [name, step] of Object.entries(steps)) {
    try {
      kept = await take(target, path, name, step, kept);
    } catch {
      failures.push(name);
    }
  }
  return failures;
}

/**
 * Takes one step.
 *
 * @param kept the tag of the last read.
 * @returns the tag of this read, or the one that was kept.
 */
export async function take(
  { send, notes }: Target,
  path: string,
  name: string,
  step: Step,
  kept: string,
): Promise<string> {
  const before = notes.all();
  const answer = await send(requestOf(path, step, kept));
  expect({ step: name, status: answer.status }).toEqual({ step: name, status: step.status });
  const isRead = step.send === 'GET /1' && answer.status === 200;
  const now = isRead ? (answer.headers.etag ?? '') : kept;
  expectTag(answer.headers.etag, step.etag, now);
  if (answer.status === 304) expect(answer.text).toBe('');
  if (typeof step.has === 'string') expect(answer.text).toContain(filled(step.has, now));
  else if (step.has !== undefined) expect(answer.json()).toMatchObject(filled(step.has, now));
  expectStore(name, step, before, notes.all());
  return now;
}

/** What was refused, or only read, leaves the store as it was; every other write changes it. */
function expectStore(
  name: string,
  { send, status, changesNothing }: Step,
  before: Note[],
  after: Note[],
): void {
  const isWrite = !/^(GET|PROPFIND) /.test(send);
  const changed = isWrite && status < 400 && changesNothing !== true;
  const isSame = JSON.stringify(after) === JSON.stringify(before);
  expect({ step: name, changed: !isSame }).toEqual({ step: name, changed });
}

function expectTag(sent: string | undefined, expected: Step['etag'], now: string): void {
  if (expected === null) expect(sent).toBeUndefined();
  else if (expected instanceof RegExp) expect(sent).toMatch(expected);
  else if (expected !== undefined) expect(sent).toBe(filled(expected, now));
}

function requestOf(path: string, step: Step, kept: string) {
  const [method = '', target = ''] = step.send.split(' ');
  const { ifMatch, ifNoneMatch, body } = step;
  const headers = {
    ...(ifMatch === undefined ? {} : { 'If-Match': filled(ifMatch, kept) }),
    ...(ifNoneMatch === undefined ? {} : { 'If-None-Match': filled(ifNoneMatch, kept) }),
    ...(typeof body === 'string' ? { 'Content-Type': 'application/xml' } : {}),
  };
  return {
    method,
    path: `/${path}${target === '/' ? '' : target.replace('{etag}', encodeURIComponent(kept))}`,
    headers,
    ...(body === undefined ? {} : { body: filled(body, kept) }),
  };
}

/** A value with the tag of the last read in its texts. */
function filled<T>(value: T, etag: string): T {
  const bare = etag.replaceAll('"', '');
  return JSON.parse(
    JSON.stringify(value)
      .replaceAll('{etag}', JSON.stringify(etag).slice(1, -1))
      .replaceAll('{bare}', bare),
  ) as T;
}
