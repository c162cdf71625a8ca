import { describeValue, propertyOf } from './describe-value.js';

/**
 * A client of `ioredis`, by the commands that the locks send.
 *
 * @publicApi
 */
export interface IoRedisClient {
  set(key: string, value: string, px: 'PX', milliseconds: number, nx: 'NX'): Promise<unknown>;
  eval(script: string, keys: number, ...args: string[]): Promise<unknown>;
  evalsha(sha: string, keys: number, ...args: string[]): Promise<unknown>;
}

/**
 * A client of `redis` (node-redis), by the commands that the locks send. It must be connected.
 *
 * @publicApi
 */
export interface NodeRedisClient {
  set(key: string, value: string, options: { PX: number; NX: true }): Promise<unknown>;
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
  evalSha(sha: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
}

/** The commands of a mutex, as `redis-semaphore` gives them to its client. */
export interface RedisCommands {
  /** `SET key value PX milliseconds NX` */
  set(key: string, value: string, px: 'PX', milliseconds: number, nx: 'NX'): Promise<unknown>;
  eval(script: string, keys: number, ...args: (string | number)[]): Promise<unknown>;
  evalsha(sha: string, keys: number, ...args: (string | number)[]): Promise<unknown>;
}

/** @throws TypeError for anything else than a client of `ioredis` or `redis`. */
export function redisCommandsOf(client: IoRedisClient | NodeRedisClient): RedisCommands {
  if (typeof propertyOf(client, 'evalsha') === 'function')
    return ofIoRedis(client as IoRedisClient);
  if (typeof propertyOf(client, 'evalSha') === 'function') {
    return ofNodeRedis(client as NodeRedisClient);
  }
  throw new TypeError(
    `redisLocks() takes a client of ioredis or redis, and was called with ${describeValue(client)}: write redisLocks(new Redis(url), { Mutex })`,
  );
}

function ofIoRedis(client: IoRedisClient): RedisCommands {
  return {
    set: (...args) => client.set(...args),
    eval: (script, keys, ...args) => client.eval(script, keys, ...args.map(String)),
    evalsha: (sha, keys, ...args) => client.evalsha(sha, keys, ...args.map(String)),
  };
}

function ofNodeRedis(client: NodeRedisClient): RedisCommands {
  const options = (keys: number, args: readonly (string | number)[]) => ({
    keys: args.slice(0, keys).map(String),
    arguments: args.slice(keys).map(String),
  });
  return {
    set: (key, value, _px, milliseconds) => client.set(key, value, { PX: milliseconds, NX: true }),
    eval: (script, keys, ...args) => client.eval(script, options(keys, args)),
    evalsha: (sha, keys, ...args) => client.evalSha(sha, options(keys, args)),
  };
}
