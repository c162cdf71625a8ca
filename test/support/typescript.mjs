/**
 * `node --import ./test/support/typescript.mjs program.ts` runs a TypeScript program as Jest compiles the tests: for
 * tests that need a process of its own.
 */
import { register } from 'node:module';

register('./typescript-hooks.mjs', import.meta.url);
