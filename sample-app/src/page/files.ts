import { createReadStream, readdirSync } from 'node:fs';
import { extname, join } from 'node:path';
import { NotFoundException, StreamableFile } from '@nestjs/common';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/**
 * A file of a folder, ready to be sent. Only what browsers load, and only by a name that the folder has: nothing
 * leads out of it.
 *
 * @throws NotFoundException
 */
export function fileIn(folder: string, name: string): StreamableFile {
  const type = TYPES[extname(name)];
  if (type === undefined || !readdirSync(folder).includes(name)) throw new NotFoundException();
  return new StreamableFile(createReadStream(join(folder, name)), { type });
}
