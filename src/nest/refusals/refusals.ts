import {
  BadRequestException,
  ConflictException,
  NotFoundException,
  PreconditionFailedException,
  ServiceUnavailableException,
} from '@nestjs/common';
import type { HttpException } from '@nestjs/common';
import type { PreconditionField } from '../../http/preconditions.js';
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
 * - `malformed`: a conditional field is not what RFC 9110 allows (400 on a write);
 * - `busy`: others were writing it for too long, or it could not be locked in time; nothing was written (503).
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
  | 'malformed'
  | 'busy';

/**
 * What a client is told when its request is refused.
 *
 * @publicApi
 */
export interface Refusal {
  readonly status: 400 | 404 | 409 | 412 | 428 | 503;
  readonly reason: RefusalReason;
  /** One sentence that a person understands, and what to do. */
  readonly message: string;
}

/**
 * Makes the body of a refusal, see {@link ETagModuleOptions.refusalBody}.
 *
 * @publicApi
 */
export type RefusalBody = (
  refusal: Refusal,
  body: Readonly<Record<string, unknown>>,
) => Record<string, unknown>;

/**
 * Other statuses for refusals, by their reason, see {@link ETagModuleOptions.refusalStatus}.
 *
 * @publicApi
 */
export type RefusalStatus = {
  readonly [Reason in Exclude<RefusalReason, 'malformed' | 'busy'>]?: 400 | 404 | 409 | 412 | 428;
};

/** A condition that was false. */
export interface PreconditionFailure {
  readonly field: PreconditionField;
  readonly reason: Exclude<RefusalReason, 'missing-precondition' | 'busy'>;
}

const READ_AGAIN = 'Read it again, apply your change to what is there now, and send its ETag.';

const SENTENCES: Readonly<Record<PreconditionFailure['reason'], (field: string) => string>> = {
  changed: (field) =>
    `${field} does not name the current version: it was changed since you read it. ${READ_AGAIN}`,
  'missing-resource': (field) =>
    `${field} was sent, but there is nothing here that it could match.`,
  exists: (field) => `There is something here already, and ${field} rules it out.`,
  'weak-tag': (field) =>
    `${field} names the current version by a weak entity tag (W/), and it compares strongly. Send the strong tag as it left the server.`,
  'recoded-tag': (field) =>
    `${field} names the current version by a tag that a proxy rewrote on the way. Send the tag as it left the server.`,
  'unmodified-since': (field) => `It was changed after the date in ${field}. ${READ_AGAIN}`,
  malformed: (field) => `${field} holds no entity tag that could match.`,
};

/**
 * `412`.
 *
 * @param carrier what the client knows an If-Match as that came another way than in its header.
 */
export function preconditionFailure(
  { field, reason }: PreconditionFailure,
  carrier?: string,
): Refusal {
  const name = field === 'If-Match' ? (carrier ?? field) : field;
  return { status: 412, reason, message: SENTENCES[reason](name) };
}

/** `400` for a conditional field that RFC 9110 does not allow on a write. */
export function malformedField(message: string): Refusal {
  return { status: 400, reason: 'malformed', message };
}

const BUSY = {
  timeout:
    'Others are writing this for longer than a write can wait. Nothing was written: try again.',
  unasked: 'There was no way to lock this in time. Nothing was written: try again.',
  left: 'The client has left before it was its turn. Nothing was written.',
  closing: 'The server is shutting down. Nothing was written: try again.',
} as const;

/** `503` for a write that did not get the lock of its resource. */
export function busy(cause: keyof typeof BUSY): Refusal {
  return { status: 503, reason: 'busy', message: BUSY[cause] };
}

/** `409` for a conflict of writers of whom this one made no condition (RFC 5789 §2.2). */
export const CONFLICT: Refusal = Object.freeze({
  status: 409,
  reason: 'changed',
  message: 'Somebody else was faster. Read it again, and apply your change to what is there now.',
});

const TITLES = {
  400: 'Bad Request',
  404: 'Not Found',
  409: 'Conflict',
  412: 'Precondition Failed',
  428: 'Precondition Required',
  503: 'Service Unavailable',
} as const;

const EXCEPTIONS = {
  400: BadRequestException,
  404: NotFoundException,
  409: ConflictException,
  412: PreconditionFailedException,
  428: PreconditionRequiredException,
  503: ServiceUnavailableException,
} as const;

/** A refusal to try things out on. */
export const SAMPLE_REFUSAL: Refusal = Object.freeze(
  preconditionFailure({ field: 'If-Match', reason: 'changed' }),
);

/** The body of a refusal in Nest's own shape, with the `reason` added; or after RFC 9457 §3.1. */
export function standardBody(
  { status, reason, message }: Refusal,
  problemDetails = false,
): Record<string, unknown> {
  const title = TITLES[status];
  return problemDetails
    ? { type: 'about:blank', title, status, detail: message, reason }
    : { statusCode: status, message, error: title, reason };
}

/** How an application writes refusals. */
export class RefusalStyle {
  private readonly problems = new WeakSet();

  constructor(
    private readonly problemDetails: boolean,
    private readonly refusalBody: RefusalBody | undefined,
    private readonly statuses: RefusalStatus = {},
  ) {}

  /** A refusal with the status that the application gives its reason. */
  withStatus(refusal: Refusal): Refusal {
    const status = this.statuses[refusal.reason as keyof RefusalStatus];
    return status === undefined ? refusal : { ...refusal, status };
  }

  /** Whether a body that is about to be sent is a problem of ours, and not what a filter made of it. */
  isProblem(body: unknown): boolean {
    return this.problems.has(body as object);
  }

  get contentType(): string {
    return this.problemDetails ? 'application/problem+json' : 'application/json';
  }

  body(refusal: Refusal): Record<string, unknown> {
    const standard = standardBody(refusal, this.problemDetails);
    const body = this.refusalBody?.(refusal, standard) ?? standard;
    if (this.problemDetails) this.problems.add(body);
    return body;
  }

  /** The exception for a refusal by a guard; 412 is always Nest's own class. */
  exception(given: Refusal, cause?: unknown): HttpException {
    const refusal = this.withStatus(given);
    const body = this.body(refusal);
    const exception = withoutStack(() => new EXCEPTIONS[refusal.status](body));
    return cause === undefined ? exception : Object.assign(exception, { cause });
  }
}

/** A refusal is no mistake of the program: where it was made tells nothing, and to find out costs a tenth of the request. */
function withoutStack<E extends Error>(make: () => E): E {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return make();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}
