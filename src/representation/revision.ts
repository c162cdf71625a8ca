import { quoted } from './canonical-text.js';

/**
 * What tells one state of an entity from the next without its content: a version number, a row
 * version, a hash that the database keeps, the time of the last change.
 */
export type Revision = string | number | bigint | Date;

/**
 * The text that is digested for a tag made from a revision.
 *
 * The scope is part of it, so that version 3 of an article never has the tag of version 3 of a user.
 * `1`, `1n` and `'1'` are the same revision: drivers give one and the same bigint column in all three forms.
 * A Date counts by its milliseconds, and is never the same as a number or a string.
 *
 * @param scope what the revision belongs to: the route. The resources of one route need no telling apart,
 * since a tag is only ever compared with others of the same URL.
 * @throws TypeError for what tells nothing: an empty string, an invalid Date, NaN, an infinity, a
 * number beyond 2^53 (where neighbours are the same number), and anything but the four types.
 *
 * @example
 * revisionText('GET /users/1', 3); // 'revision "GET /users/1" "3"'
 */
export function revisionText(scope: string, revision: Revision): string {
  return `revision ${quoted(scope)} ${stateText(scope, revision)}`;
}

/**
 * A version, as long as something can be compared with it. Not every one can stand in a tag: the bytes of a row version, and
 * objects that write themselves as text, are compared as well.
 *
 * @throws TypeError for NaN, an invalid Date, a symbol, a function, and an object that has no text.
 */
export function comparable(version: unknown): Revision | null | undefined {
  if (version === null || version === undefined) return version;
  if (isComparable(version)) return version;
  throw new TypeError(
    `its version must be a number, a bigint, a string or a valid Date, and is ${isDate(version) ? 'an invalid Date' : described(version)}`,
  );
}

function isComparable(version: unknown): version is Revision {
  return versionText(version) !== undefined;
}

/** A version as text, the same for all forms that drivers give it: `3`, `3n`, `'3'`; `undefined` where it has none. */
export function versionText(version: unknown): string | undefined {
  if (typeof version === 'symbol' || typeof version === 'function') return undefined;
  if (typeof version !== 'object' || version === null) {
    return Number.isNaN(version) ? undefined : String(version);
  }
  if (isDate(version)) {
    return Number.isNaN(version.getTime()) ? undefined : version.toISOString();
  }
  if (ArrayBuffer.isView(version))
    return Buffer.from(version.buffer, version.byteOffset, version.byteLength).toString('hex');
  return textOfObject(version);
}

/** What an object of a class of its own says (a decimal, an ObjectId); a literal says nothing. */
function textOfObject(version: object): string | undefined {
  try {
    const text = (version as { toString(): string }).toString();
    return text === '' || text.startsWith('[object ') ? undefined : text;
  } catch {
    return undefined;
  }
}

function stateText(scope: string, revision: Revision): string {
  switch (typeof revision) {
    case 'bigint':
      return `"${revision}"`;
    case 'number':
      return `"${numberText(scope, revision)}"`;
    case 'string':
      return stringText(scope, revision);
    default:
      return dateText(scope, revision);
  }
}

function numberText(scope: string, revision: number): string {
  if (!Number.isFinite(revision)) throw refusal(scope, String(revision));
  if (Math.abs(revision) > Number.MAX_SAFE_INTEGER) {
    throw refusal(
      scope,
      `${revision}, beyond 2^53 where neighbouring versions are the same number: have the driver return it as a string or a bigint`,
    );
  }
  return String(revision);
}

function stringText(scope: string, revision: string): string {
  if (revision === '') throw refusal(scope, 'an empty string');
  return quoted(revision);
}

function dateText(scope: string, revision: unknown): string {
  if (!isDate(revision)) throw refusal(scope, described(revision));
  const milliseconds = revision.getTime();
  if (Number.isNaN(milliseconds)) throw refusal(scope, 'an invalid Date');
  return `Date ${milliseconds}`;
}

/** By its tag and not by `instanceof`, which fails for a Date that another realm made. */
function isDate(value: unknown): value is Date {
  return Object.prototype.toString.call(value) === '[object Date]';
}

function described(value: unknown): string {
  if (value === undefined) return 'undefined, so that its column was probably not read';
  if (value === null) return 'null: give the column a default';
  if (ArrayBuffer.isView(value)) return "bytes: write them as text, with toString('hex')";
  return `of type ${typeof value}`;
}

function refusal(scope: string, what: string): TypeError {
  return new TypeError(
    `The revision of ${scope} must be a number, a bigint, a string that is not empty or a valid Date, and is ${what}.`,
  );
}
