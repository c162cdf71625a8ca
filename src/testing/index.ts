/** For tests: of handlers, of applications without their guards, and of locks of your own. No test framework is needed. */
export { checkWriteLocks, type CheckWriteLocksOptions } from './check-write-locks.js';
export { preconditionOf, type GivenPrecondition } from './precondition-of.js';
export { UnguardedWrites } from './unguarded-writes.js';
