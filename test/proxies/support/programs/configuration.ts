import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Place } from './program.js';

/** Lines of a configuration, as they are written. */
export type Lines = readonly string[];

/** Lines that name the folder or the port of the program. */
export type LinesAt = Lines | ((place: Place) => Lines);

/** The lines for this place. */
export function linesAt(lines: LinesAt, place: Place): Lines {
  return typeof lines === 'function' ? lines(place) : lines;
}

/** Writes a configuration where only the program looks for it, readable also to who it becomes. */
export function configuration({ folder }: Place, name: string, lines: Lines): string {
  chmodSync(folder, 0o755);
  const path = join(folder, name);
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}
