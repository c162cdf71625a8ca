import type { GuardedRoute } from '../nest/routes/route.js';
import { addHeaders, addParameter, addResponse } from './additions.js';
import { documentTagInBody } from './item-tags.js';
import { isReference } from './openapi.js';
import type { Operation } from './openapi.js';
import type { RefusalSchema } from './refusal-schema.js';
import {
  dateParameter,
  exampleOf,
  headerParameter,
  validatorHeaders,
  versionParameter,
} from './validators.js';
import type { ShownOptions } from './validators.js';

/** What a guarded write says: the conditions it takes or insists on, and how it refuses. */
export function documentWrite(
  operation: Operation,
  method: string,
  route: GuardedRoute,
  options: ShownOptions,
  refusals: RefusalSchema,
): void {
  const { rule } = route;
  addConditions(operation, route, options);
  if (rule.property !== undefined) addProperty(operation, rule.property);
  addResponse(
    operation,
    400,
    refusals.response('Bad Request: a conditional header is malformed, or the request otherwise.'),
  );
  for (const status of statusesOfFailure(options)) {
    addResponse(operation, status, {
      ...refusals.response(
        rule.alreadyApplied === undefined
          ? `${TITLES[status]}: this is not the version that you have read. Nothing was changed.`
          : `${TITLES[status]}: this is not the version that you have read, and not what you send either (that is 200). Nothing was changed.`,
      ),
      headers: validatorHeaders({ ...rule.current.route, lastModifiedOf: undefined }, options),
    });
  }
  if (rule.required !== false) {
    addResponse(
      operation,
      options.refusalStatus['missing-precondition'] ?? 428,
      refusals.response(
        'Precondition Required: say in If-Match which version you change. Nothing was changed.',
      ),
    );
  }
  if (rule.answerTag !== false && method !== 'DELETE') {
    addHeaders(operation, [200, 201], validatorHeaders(route, options));
    if (route.tagProperty !== undefined) {
      documentTagInBody(operation, [200, 201], route.tagProperty);
    }
  }
}

/** The statuses of a condition that is false: 412, and what the application chose for a reason. */
function statusesOfFailure({ refusalStatus }: ShownOptions): ReadonlySet<keyof typeof TITLES> {
  return new Set(FAILURES.map((reason) => refusalStatus[reason] ?? 412));
}

const TITLES = {
  400: 'Bad Request',
  404: 'Not Found',
  409: 'Conflict',
  412: 'Precondition Failed',
  428: 'Precondition Required',
} as const;

const FAILURES = [
  'changed',
  'missing-resource',
  'exists',
  'weak-tag',
  'recoded-tag',
  'unmodified-since',
] as const;

/** The conditional fields of the request. */
function addConditions(operation: Operation, route: GuardedRoute, options: ShownOptions): void {
  const { rule } = route;
  const read = rule.current.route;
  const isOnlyWay =
    !rule.creates &&
    !rule.unmodifiedSince &&
    rule.property === undefined &&
    rule.from === undefined &&
    options.tagHeader === undefined;
  addParameter(
    operation,
    headerParameter(
      'If-Match',
      'The ETag of the version that you change, or * for any: the write is refused when it has been changed since.',
      { required: rule.required === true && isOnlyWay, example: exampleOf(read) },
    ),
  );
  if (options.tagHeader !== undefined) {
    addParameter(operation, versionParameter(options.tagHeader));
  }
  if (rule.creates) {
    addParameter(
      operation,
      headerParameter('If-None-Match', '* to create it, and never to replace it.', {
        example: '*',
      }),
    );
  }
  const countsAlone = rule.unmodifiedSince || !rule.required;
  if (read.lastModifiedOf !== undefined && countsAlone) {
    addParameter(
      operation,
      dateParameter(
        'If-Unmodified-Since',
        rule.unmodifiedSince
          ? 'Instead of If-Match: the Last-Modified of the version that you change.'
          : 'The Last-Modified of the version that you change. Counts only without If-Match.',
      ),
    );
  }
}

/** The property of the body that may carry the tag. The schema of the body may be shared: it is not changed. */
function addProperty(operation: Operation, path: readonly string[]): void {
  const { requestBody } = operation;
  if (requestBody === undefined || isReference(requestBody)) return;
  const tag: object = {
    type: 'string',
    description: 'Instead of If-Match: the ETag, with its quotes.',
  };
  const carried = path.reduceRight(
    (schema, name) => ({ type: 'object', properties: { [name]: schema } }),
    tag,
  );
  for (const media of Object.values(requestBody.content ?? {})) {
    if (media.schema !== undefined) media.schema = { allOf: [media.schema, carried] };
  }
}
