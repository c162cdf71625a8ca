import { createHash } from 'node:crypto';

/** Keeps the locks of two applications apart, unless they say otherwise. */
export const DEFAULT_PREFIX = 'nestjs-etag';

/** What every kind of shared locks takes as an option. */
export interface LockKeyOptions {
  /**
   * Which application, or which stage of it, these locks belong to. Applications with different prefixes do not wait for
   * each other; all instances of one application must have the same.
   *
   * @default 'nestjs-etag'
   */
  readonly prefix?: string;
}

/** A key as a signed 64-bit integer, for PostgreSQL. Two keys that meet in it make strangers wait, and nothing else. */
export function lockNumber(prefix: string, key: string): bigint {
  return digest(prefix, key).readBigInt64BE(0);
}

/** A key as 64 hexadecimal digits: the longest name that MySQL takes. */
export function lockName(prefix: string, key: string): string {
  return digest(prefix, key).toString('hex');
}

/**
 * The length stands before the prefix, so that no other prefix and key make the same text. UTF-16, so that lone
 * surrogates stay different keys.
 */
function digest(prefix: string, key: string): Buffer {
  return createHash('sha256')
    .update(Buffer.from(`${prefix.length} ${prefix}${key}`, 'utf16le'))
    .digest();
}
