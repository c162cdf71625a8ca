import { STATUS_CODES } from 'node:http';
import { HttpException } from '@nestjs/common';
import { closeUnread, isStreaming } from './streams.js';

/**
 * A GET that refuses or redirects by the status that it sets, and not by an exception. What it returns is no representation:
 * the write is answered with it, as with an exception.
 */
export class RefusalByStatus extends HttpException {
  constructor(
    status: number,
    value: unknown,
    /** Where a redirect leads. */
    readonly location: string | undefined,
  ) {
    super(bodyOf(value) ?? STATUS_CODES[status] ?? '', status);
  }
}

/** Whether an answer has content by its status, whatever the handler returns. */
export function hasContent(status: number): boolean {
  return status !== 204 && status !== 205;
}

function bodyOf(value: unknown): string | object | undefined {
  if (value === null || value === undefined) return undefined;
  if (typeof value !== 'object') {
    const primitive = value as string | number | boolean;
    return String(primitive);
  }
  if (!isStreaming(value)) return value;
  closeUnread(value);
  return undefined;
}
