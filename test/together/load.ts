import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { GROUPS } from './groups.js';

/** A hook outside of `describe()` would run around the tests of all other files. */
const HOOK = /^(before|after)(Each|All)\(/m;

/**
 * Loads the specs of a group into the spec that calls this.
 *
 * @throws Error for a group without specs, and for a spec with a hook outside of `describe()`.
 */
export async function loadGroup(name: string): Promise<void> {
  const specs = (GROUPS[name] ?? []).flatMap(specsIn);
  if (specs.length === 0) throw new Error(`test/together/groups.js has no group ${name}`);
  for (const spec of specs) {
    if (HOOK.test(readFileSync(spec, 'utf8'))) {
      throw new Error(`${spec}: put the hooks of this file into a describe()`);
    }
    await import(`../../${spec.replace(/\.ts$/, '.js')}`);
  }
}

function specsIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.spec.ts'))
    .map((file) => join(folder, file))
    .toSorted();
}
