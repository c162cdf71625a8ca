/** Entity tags, HTTP dates and preconditions after RFC 9110: text in, decisions out, no framework. */
export { strongEquals, weakEquals } from './comparison.js';
export { formatEntityTag, isEntityTagText, parseEntityTag, type EntityTag } from './entity-tag.js';
export { parseEntityTagList, type EntityTagList } from './entity-tag-list.js';
export { formatHttpDate, parseHttpDate } from './http-date.js';
export { findRecoded, recodingOf, type RecodedTag, type Recoding } from './recoding.js';
export { isRead } from './methods.js';
export { describesContent } from './not-modified-fields.js';
export {
  evaluatePreconditions,
  type ConditionalFields,
  type CurrentRepresentation,
  type FailureReason,
  type PreconditionField,
  type PreconditionOptions,
  type PreconditionOutcome,
} from './preconditions.js';
