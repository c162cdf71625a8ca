import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { itCompiles } from './support/code-blocks.js';

/**
 * They need packages of their own: test/client/recipes/code-blocks.spec.ts, test/services/code-blocks.spec.ts and, for
 * docs/testing.md, `npm run test:runners`.
 */
const ELSEWHERE = ['docs/client.md', 'docs/concurrency.md', 'docs/locks.md', 'docs/testing.md'];

const pages = readdirSync('docs')
  .filter((page) => page.endsWith('.md'))
  .map((page) => join('docs', page));

itCompiles(['README.md', ...pages.filter((page) => !ELSEWHERE.includes(page))], 'test/docs');
