import type { ExternalContextCreator } from '@nestjs/core';

/** The part of Nest that finds the interceptors of a handler; {@link ExternalContextCreator} keeps it to itself. */
interface InterceptorsCreator {
  create(...given: readonly unknown[]): readonly object[];
}

/**
 * Finds the interceptors of a handler, but for caches: what a cache holds may be from before the last write,
 * and a second writer would pass with the tag that it has seen there.
 */
export function interceptorsButCaches(contexts: ExternalContextCreator): InterceptorsCreator {
  const { interceptorsContextCreator: all } = contexts as unknown as {
    readonly interceptorsContextCreator: InterceptorsCreator;
  };
  return { create: (...given) => all.create(...given).filter((each) => !isCache(each)) };
}

/** Nest's own `CacheInterceptor` and what extends it, by name: its package is none of ours. */
function isCache(interceptor: object): boolean {
  const prototype = Object.getPrototypeOf(interceptor) as object | null;
  if (prototype === null) return false;
  return prototype.constructor.name === 'CacheInterceptor' || isCache(prototype);
}
