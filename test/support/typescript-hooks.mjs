/** Node's own hooks for loading modules, in front of the compiler and the options that Jest has. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { transform } from '@swc/core';
import config from '../../jest.config.js';

const [, options] = config.transform['^.+\\.ts$'];

/** Sources import one another as `./x.js`, which is what the compiler makes of `./x.ts`. */
export function resolve(specifier, context, next) {
  const isSource = specifier.startsWith('.') && context.parentURL?.endsWith('.ts') === true;
  return next(isSource ? specifier.replace(/\.js$/, '.ts') : specifier, context);
}

export async function load(url, context, next) {
  if (!url.startsWith('file:') || !url.endsWith('.ts')) return next(url, context);
  const filename = fileURLToPath(url);
  const { code } = await transform(await readFile(filename, 'utf8'), {
    ...options,
    filename,
    swcrc: false,
  });
  return { format: 'module', source: code, shortCircuit: true };
}
