/**
 * The comparison of entity tags, RFC 9110 §8.8.3.2:
 *
 * | ETag 1 | ETag 2 | strong   | weak     |
 * |--------|--------|----------|----------|
 * | W/"1"  | W/"1"  | no match | match    |
 * | W/"1"  | W/"2"  | no match | no match |
 * | W/"1"  | "1"    | no match | match    |
 * | "1"    | "1"    | match    | match    |
 */
import type { EntityTag } from './entity-tag.js';

/**
 * Strong comparison: both tags are strong and their opaque tags are the same, character by character.
 * A weak tag never equals anything, itself included. What `If-Match` asks for. RFC 9110 §8.8.3.2.
 */
export function strongEquals(a: EntityTag, b: EntityTag): boolean {
  return !a.weak && !b.weak && a.opaque === b.opaque;
}

/**
 * Weak comparison: the opaque tags are the same, character by character, weak or not.
 * What `If-None-Match` asks for. RFC 9110 §8.8.3.2.
 */
export function weakEquals(a: EntityTag, b: EntityTag): boolean {
  return a.opaque === b.opaque;
}
