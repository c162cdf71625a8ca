import { asSent, isJsonObject, isSame, type JsonObject, own } from './json.js';
import { pointerTo } from './json-pointer.js';

/** One property that both sides changed, each to something else. `undefined` is a property that is absent. */
export interface Conflict {
  /** Where it is, as a JSON pointer (RFC 6901): `/address/city`; `''` is the whole representation. */
  readonly pointer: string;
  readonly base: unknown;
  readonly mine: unknown;
  readonly theirs: unknown;
}

/** What a three-way merge comes to. */
export interface Merge<T> {
  /**
   * Everything that either side changed. Where the two conflict it has *their* value, so that
   * nothing that is saved already gets lost by mistake.
   */
  readonly merged: T;
  /** What somebody has to decide; empty if the merge is complete. */
  readonly conflicts: readonly Conflict[];
}

/**
 * Merges two changes of the same JSON representation, property by property: what only one side
 * changed is taken from that side, what both changed to the same value is taken once, and what they
 * changed to different values (or one changed and the other removed) is a conflict. Objects are
 * entered; an array is one value, because its elements have no names by which to tell "changed"
 * from "moved". Pure: all three are left as they are, and `merged` shares nothing with them.
 *
 * @example
 * ```ts
 * threeWayMerge(
 *   { title: 'Tags', text: 'Draft', stars: 1 },
 *   { title: 'Entity tags', text: 'Draft', stars: 2 },
 *   { title: 'Tags', text: 'Final', stars: 3 },
 * );
 * // merged:    { title: 'Entity tags', text: 'Final', stars: 3 }
 * // conflicts: [{ pointer: '/stars', base: 1, mine: 2, theirs: 3 }]
 * ```
 */
export function threeWayMerge<T>(base: unknown, mine: unknown, theirs: T): Merge<T>;
export function threeWayMerge(base: unknown, mine: unknown, theirs: unknown): Merge<unknown> {
  const conflicts: Conflict[] = [];
  const merged = mergeValue('', asSent(base), asSent(mine), asSent(theirs), conflicts);
  return { merged, conflicts };
}

function mergeValue(
  pointer: string,
  base: unknown,
  mine: unknown,
  theirs: unknown,
  conflicts: Conflict[],
): unknown {
  if (isSame(mine, theirs) || isSame(mine, base)) return theirs;
  if (isSame(theirs, base)) return mine;
  if (isJsonObject(base) && isJsonObject(mine) && isJsonObject(theirs)) {
    return mergeObject(pointer, base, mine, theirs, conflicts);
  }
  conflicts.push({ pointer, base, mine, theirs });
  return theirs;
}

function mergeObject(
  pointer: string,
  base: JsonObject,
  mine: JsonObject,
  theirs: JsonObject,
  conflicts: Conflict[],
): JsonObject {
  const keys = new Set([...Object.keys(theirs), ...Object.keys(mine)]);
  const properties = [...keys].map((key): [string, unknown] => [
    key,
    mergeValue(
      pointerTo(pointer, key),
      own(base, key),
      own(mine, key),
      own(theirs, key),
      conflicts,
    ),
  ]);
  // Not by assignment: a property may be called `__proto__`.
  return Object.fromEntries(properties.filter(([, value]) => value !== undefined));
}
