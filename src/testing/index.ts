/** For tests: of handlers, and of locks of your own. No test framework is needed. */
export { checkWriteLocks, type CheckWriteLocksOptions } from './check-write-locks.js';
