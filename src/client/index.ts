/** A `fetch` that remembers entity tags, for browsers and Node, without dependencies. */
export { createETagClient } from './etag-client.js';
export type { ETagClient } from './etag-client.js';

export { createConnection } from './connection.js';
export type { Connection, ETagClientOptions, RequestOptions } from './connection.js';
export { rememberingFetch } from './remembering-fetch.js';
export { get, patch, post, put, remove } from './methods.js';
export { update } from './update.js';
export type { Change, UpdateOptions } from './update.js';
export { watch } from './watch.js';
export type { WatchOptions } from './watch.js';
export { failure } from './failure.js';
export type { Failure, FailureOptions } from './failure.js';
export { remembered } from './read.js';
export { forget, remember } from './remembering.js';

export type { CacheMode, Fetch, FetchInit } from './platform.js';
export type { Representation, Target } from './representation.js';

export {
  MidAirCollision,
  MergeConflict,
  isMidAirCollision,
  isMergeConflict,
} from './mid-air-collision.js';
export type { CollisionDetails } from './mid-air-collision.js';
export { LostAnswerError, isLostAnswer } from './lost-answer-error.js';
export type { LostAnswerDetails } from './lost-answer-error.js';
export { MissingEntityTagError, isMissingEntityTag } from './missing-entity-tag-error.js';
export { ResponseError, isResponseError } from './response-error.js';

export { threeWayMerge } from './three-way-merge.js';
export type { Conflict, Merge } from './three-way-merge.js';
