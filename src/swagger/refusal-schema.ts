import { SAMPLE_REFUSAL, standardBody } from '../nest/refusals/refusals.js';
import type { RefusalBody, RefusalReason } from '../nest/refusals/refusals.js';
import type { OpenAPIDocument, Response, Schema } from './openapi.js';

/** The name of the component. */
export const REFUSAL = 'ConditionalRequestRefusal';

const REASONS: Readonly<Record<RefusalReason, true>> = {
  changed: true,
  'missing-resource': true,
  exists: true,
  'weak-tag': true,
  'recoded-tag': true,
  'unmodified-since': true,
  'missing-precondition': true,
  malformed: true,
  busy: true,
};

const REASON: Schema = {
  type: 'string',
  enum: Object.keys(REASONS),
  description: 'Why, for programs.',
};

const NESTS_OWN: Schema = {
  type: 'object',
  description: 'Why a conditional request was refused.',
  required: ['statusCode', 'message', 'error', 'reason'],
  properties: {
    statusCode: { type: 'integer', example: 412 },
    message: { type: 'string', description: 'What to do, for people.' },
    error: { type: 'string', example: 'Precondition Failed' },
    reason: REASON,
  },
};

const PROBLEM_DETAILS: Schema = {
  type: 'object',
  description: 'Why a conditional request was refused (RFC 9457).',
  required: ['type', 'title', 'status', 'detail', 'reason'],
  properties: {
    type: { type: 'string', example: 'about:blank' },
    title: { type: 'string', example: 'Precondition Failed' },
    status: { type: 'integer', example: 412 },
    detail: { type: 'string', description: 'What to do, for people.' },
    reason: REASON,
  },
};

/** What the application makes itself: nothing is known of it but how it looks. */
function shownBy(refusalBody: RefusalBody, problemDetails: boolean): Schema {
  return {
    type: 'object',
    description: NESTS_OWN.description,
    example: refusalBody(SAMPLE_REFUSAL, standardBody(SAMPLE_REFUSAL, problemDetails)),
  };
}

/** How the refusals of an application look, and where they are described. */
export class RefusalSchema {
  constructor(
    private readonly problemDetails: boolean,
    private readonly refusalBody: RefusalBody | undefined,
  ) {}

  /** Adds the component that {@link response} refers to. */
  addTo(document: OpenAPIDocument): void {
    document.components ??= {};
    document.components.schemas ??= {};
    document.components.schemas[REFUSAL] ??= this.schema;
  }

  private get schema(): Schema {
    const { problemDetails, refusalBody } = this;
    if (refusalBody !== undefined) return shownBy(refusalBody, problemDetails);
    return problemDetails ? PROBLEM_DETAILS : NESTS_OWN;
  }

  /** A response that carries a refusal. */
  response(description: string): Response {
    const contentType = this.problemDetails ? 'application/problem+json' : 'application/json';
    return {
      description,
      content: { [contentType]: { schema: { $ref: `#/components/schemas/${REFUSAL}` } } },
    };
  }
}
