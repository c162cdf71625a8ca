import { BadRequestException, PreconditionFailedException } from '@nestjs/common';
import type { HttpException } from '@nestjs/common';
import type { PreconditionField } from '../http/preconditions.js';
import { PreconditionRequiredException } from './precondition-required.exception.js';

/**
 * Why a conditional request was refused, for programs: the `reason` of the body.
 *
 * - `changed`: somebody else was faster (a mid-air collision);
 * - `missing-resource`: there is nothing that could be changed;
 * - `exists`: there is something, and the client wanted to create it;
 * - `weak-tag`: the tag is the current one, but weak, and If-Match compares strongly;
 * - `recoded-tag`: the tag is the current one as a compressing proxy rewrote it;
 * - `unmodified-since`: changed after the date of If-Unmodified-Since;
 * - `missing-precondition`: the write came without If-Match (428);
 * - `malformed`: a conditional field is not what RFC 9110 allows (400 on a write).
 *
 * @publicApi
 */
export type RefusalReason =
  | 'changed'
  | 'missing-resource'
  | 'exists'
  | 'weak-tag'
  | 'recoded-tag'
  | 'unmodified-since'
  | 'missing-precondition'
  | 'malformed';

/** A condition that was false. */
export interface PreconditionFailure {
  readonly field: PreconditionField;
  readonly reason: Exclude<RefusalReason, 'missing-precondition'>;
}

const READ_AGAIN = 'Read it again, apply your change to what is there now, and send its ETag.';

/** One sentence a person understands, and what to do. */
const SENTENCES: Readonly<Record<PreconditionFailure['reason'], (field: string) => string>> = {
  changed: (field) =>
    `${field} does not name the current version: it was changed since you read it. ${READ_AGAIN}`,
  'missing-resource': (field) =>
    `${field} was sent, but there is nothing here that it could match.`,
  exists: (field) => `${field} asks that nothing be here yet, but there is.`,
  'weak-tag': (field) =>
    `${field} names the current version by a weak entity tag (W/), and it compares strongly. Send the strong tag as it left the server.`,
  'recoded-tag': (field) =>
    `${field} names the current version by a tag that a proxy rewrote on the way. Send the tag as it left the server.`,
  'unmodified-since': (field) => `It was changed after the date in ${field}. ${READ_AGAIN}`,
  malformed: (field) => `${field} holds no entity tag that could match.`,
};

/** The body of an answer that refuses, in Nest's own shape with the `reason` added. */
export interface RefusalBody extends Record<string, unknown> {
  readonly statusCode: number;
  readonly message: string;
  readonly error: string;
  readonly reason: RefusalReason;
}

/** The body of a `412`. */
export function preconditionFailedBody({ field, reason }: PreconditionFailure): RefusalBody {
  return {
    statusCode: 412,
    message: SENTENCES[reason](field),
    error: 'Precondition Failed',
    reason,
  };
}

/** `412`, always Nest's own class. */
export function preconditionFailed(failure: PreconditionFailure): PreconditionFailedException {
  return new PreconditionFailedException(preconditionFailedBody(failure));
}

/** `428` for a write without If-Match. RFC 6585 §3 wants it to say how to do better. */
export function preconditionRequired(creates: boolean): HttpException {
  const create = creates ? ', or If-None-Match: * to create it' : '';
  return new PreconditionRequiredException({
    statusCode: 428,
    message: `This write must say which version it changes: read the resource with GET and send the value of its ETag header in If-Match${create}.`,
    error: 'Precondition Required',
    reason: 'missing-precondition',
  });
}

/** `400` for a conditional field that RFC 9110 does not allow on a write. */
export function malformedField(problem: string): HttpException {
  return new BadRequestException({
    statusCode: 400,
    message: problem,
    error: 'Bad Request',
    reason: 'malformed',
  });
}
