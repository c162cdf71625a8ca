import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { StreamableFile } from '@nestjs/common';
import type { EntityTag } from '../../http/entity-tag.js';
import type { Digest } from '../../representation/digest.js';

/** The part of `fs.ReadStream` that says what it reads. */
interface FileStream {
  readonly path?: unknown;
  readonly start?: number;
  readonly end?: number;
}

/**
 * The tag of a file that is streamed from the disk: its name, size, modification time and the part of it that is
 * sent; nothing that differs between servers that hold the same file. `undefined` for a stream of
 * anything else, and for a file that is not there (whoever reads it reports that).
 */
export async function tagOfFile(
  file: StreamableFile,
  digest: Digest,
  weak: boolean,
): Promise<EntityTag | undefined> {
  const { path, start = 0, end = Infinity } = file.getStream() as unknown as FileStream;
  if (typeof path !== 'string' && !Buffer.isBuffer(path)) return undefined;
  try {
    const { size, mtime } = await stat(path);
    // To the millisecond, rounded: a copy whose time went through seconds as a fraction keeps its tag.
    const state = [basename(path.toString()), size, mtime.getTime(), start, end];
    return { weak, opaque: digest(`file ${JSON.stringify(state)}`) };
  } catch {
    return undefined;
  }
}
