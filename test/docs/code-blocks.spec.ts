import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { itCompiles } from './support/code-blocks.js';

/** Its recipes need packages of their own: test/client/recipes/code-blocks.spec.ts. */
const RECIPES = 'docs/client.md';

const pages = readdirSync('docs')
  .filter((page) => page.endsWith('.md'))
  .map((page) => join('docs', page));

itCompiles(['README.md', ...pages.filter((page) => page !== RECIPES)], 'test/docs');
