import { Readable } from 'node:stream';
import { StreamableFile } from '@nestjs/common';

/** Whether a value is sent piece by piece: a file, a stream, an async iterator. */
export function isStreaming(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  if (value instanceof StreamableFile || value instanceof Readable) return true;
  return Symbol.asyncIterator in value && !('then' in value);
}

/** Closes what nobody reads, because it is only compared with. */
export function closeUnread(value: object): void {
  const stream = value instanceof StreamableFile ? value.getStream() : value;
  if (stream instanceof Readable) {
    ignoreErrorsOf(stream);
    stream.destroy();
    return;
  }
  const { cancel, return: finish } = stream as {
    cancel?: () => Promise<void>;
    return?: () => Promise<unknown>;
  };
  void (cancel?.call(stream) ?? finish?.call(stream))?.catch(() => undefined);
}

/** What fails unheard ends the process. */
export function ignoreErrorsOf(value: unknown): void {
  const stream = value instanceof StreamableFile ? value.getStream() : value;
  if (stream instanceof Readable) stream.on('error', () => undefined);
}
