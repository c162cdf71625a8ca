import { describeValue } from './describe-value.js';
import { DEFAULT_PREFIX, lockName } from './lock-key.js';
import type { LockKeyOptions } from './lock-key.js';
import { QueuedLocks } from './queued-locks.js';
import { redisCommandsOf } from './redis-client.js';
import type { IoRedisClient, NodeRedisClient } from './redis-client.js';
import { RedisLease } from './redis-lease.js';
import type { RedisMutexClass } from './redis-lease.js';
import type { WriteLocks } from './write-locks.js';

/** How long a lease lasts, in milliseconds, unless it is renewed. */
const DEFAULT_LEASE = 30_000;

/** A shorter lease would be lost by any pause of the process or the network. */
const SHORTEST_LEASE = 1000;

/** The longest that a timer of Node can have: a longer one would fire at once. */
const LONGEST_LEASE = 2 ** 31 - 1;

/**
 * Options of {@link redisLocks}.
 *
 * @publicApi
 */
export interface RedisLocksOptions extends LockKeyOptions {
  /** The class `Mutex` of `redis-semaphore`, which takes and renews the lease: `import { Mutex } from 'redis-semaphore'`. */
  readonly Mutex: RedisMutexClass;
  /**
   * How long a lease lasts, in whole milliseconds, from 1,000 to 2,147,483,647; it is renewed three times in that time. A process that
   * dies, or stands still for longer, loses its locks after it.
   *
   * @default 30_000
   */
  readonly lease?: number;
}

/**
 * Leases on Redis, for any number of processes. **A lease is no proof**: a process that stands still for longer than
 * its lease goes on writing before it hears that it has lost it, and a failover of Redis forgets leases. Where a
 * database can hold the locks, let it.
 *
 * @param client a client of `ioredis` or of `redis`, connected.
 * @throws TypeError when it is neither, or `Mutex` is no class; RangeError when `lease` is no such time.
 * @publicApi
 */
export function redisLocks(
  client: IoRedisClient | NodeRedisClient,
  { Mutex, lease = DEFAULT_LEASE, prefix = DEFAULT_PREFIX }: RedisLocksOptions,
): WriteLocks {
  const commands = redisCommandsOf(client);
  if (typeof Mutex !== 'function') {
    throw new TypeError(
      `redisLocks() needs the class Mutex of redis-semaphore, and got ${describeValue(Mutex)}: npm install redis-semaphore, then write redisLocks(client, { Mutex })`,
    );
  }
  if (!isLease(lease)) {
    throw new RangeError(
      `A lease lasts a whole number of milliseconds, at least ${SHORTEST_LEASE}, so that one slow answer does not lose it, and at most ${LONGEST_LEASE}: write { lease: ${DEFAULT_LEASE} }, not { lease: ${String(lease)} }`,
    );
  }

  return new QueuedLocks(async (keys, deadline, lose) => {
    const held: RedisLease[] = [];
    // All are given up, even if one of them fails.
    const release = async (): Promise<void> => {
      const outcomes = await Promise.allSettled(held.toReversed().map((each) => each.release()));
      const failed = outcomes.find((outcome) => outcome.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
    };
    try {
      for (const key of keys) {
        const each = new RedisLease(Mutex, commands, redisKey(prefix, key), lease, lose);
        await each.take(deadline);
        held.push(each);
      }
    } catch (error) {
      await release().catch(() => undefined);
      throw error;
    }
    return release;
  });
}

function isLease(lease: unknown): boolean {
  const milliseconds = Number.isInteger(lease) ? (lease as number) : NaN;
  return milliseconds >= SHORTEST_LEASE && milliseconds <= LONGEST_LEASE;
}

/** The prefix in plain text, for whoever looks at Redis; the key may hold what belongs to nobody's eyes. */
function redisKey(prefix: string, key: string): string {
  return `${prefix}:${lockName(prefix, key)}`;
}
