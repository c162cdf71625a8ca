/**
 * `npm run bench:growth`: how the cost grows with what it depends on. Everything here should grow no faster than what it
 * is measured over, and most of it should not grow at all.
 *
 *   --only=<pattern>   chapters whose name matches, such as 'routes'
 */
import { parseArgs } from 'node:util';
import { alphabets } from './growth/alphabets.mjs';
import { entitySize } from './growth/entity-size.mjs';
import { fieldsSelected } from './growth/fields-selected.mjs';
import { guardedRoutes } from './growth/guarded-routes.mjs';
import { tagsInAField } from './growth/tags-in-a-field.mjs';
import { waitingWriters } from './growth/waiting-writers.mjs';
import { table } from './tables.mjs';

const { values: options } = parseArgs({ options: { only: { type: 'string', default: '' } } });

for (const { name, head, rows } of [
  entitySize,
  alphabets,
  tagsInAField,
  fieldsSelected,
  waitingWriters,
  guardedRoutes,
]) {
  if (!new RegExp(options.only).test(name)) continue;
  process.stdout.write(`### ${name}\n\n${table(head, await rows())}\n`);
}
