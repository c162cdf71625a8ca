import { channel } from 'node:diagnostics_channel';
import { Logger } from '@nestjs/common';
import type { PreconditionField } from '../../http/preconditions.js';
import type { RefusalReason } from './refusals.js';

/**
 * What happened to a conditional request, as published on the `node:diagnostics_channel` named
 * `nestjs-etag`.
 *
 * @publicApi
 * @example
 * ```ts
 * import { subscribe } from 'node:diagnostics_channel';
 * subscribe('nestjs-etag', (message) => {
 *   const { kind, handler } = message as ETagEvent;
 *   counter.add(1, { kind, handler });
 * });
 * ```
 */
export interface ETagEvent {
  /**
   * - `not-modified`: 304;
   * - `precondition-failed`: 412;
   * - `precondition-required`: 428;
   * - `recoded-tag`: a tag that a proxy rewrote was recognised as ours.
   */
  readonly kind: 'not-modified' | 'precondition-failed' | 'precondition-required' | 'recoded-tag';
  /** The handler: `UsersController.update`. */
  readonly handler: string;
  readonly method: string;
  /** The field that decided. */
  readonly field: PreconditionField | undefined;
  /** What the client sent in it. */
  readonly sent: string | undefined;
  /** The current entity tag, as it stands in the header. */
  readonly current: string | undefined;
  readonly reason: RefusalReason | undefined;
}

/** The name of the channel. */
export const ETAG_CHANNEL = 'nestjs-etag';

const events = channel(ETAG_CHANNEL);
const logger = new Logger('nestjs-etag');

/** Whether an event would be seen by anybody, so that it is worth making. */
export function isAnybodyListening(): boolean {
  return events.hasSubscribers || Logger.isLevelEnabled('debug');
}

/** Publishes an event, and says at debug level what was compared with what. */
export function publish(event: ETagEvent): void {
  if (events.hasSubscribers) events.publish(event);
  if (Logger.isLevelEnabled('debug')) logger.debug(sentence(event));
}

function sentence({ kind, method, handler, field, sent, current, reason }: ETagEvent): string {
  const compared =
    field === undefined
      ? 'no precondition that counts'
      : `${field}: ${sent}${isDate(field) ? '' : ` compared with ${current ?? 'nothing'}`}`;
  return `${method} ${handler}: ${compared}: ${kind}${reason === undefined ? '' : ` (${reason})`}`;
}

/** A date was compared with a date, and not with the tag that the event has. */
function isDate(field: PreconditionField): boolean {
  return field === 'If-Modified-Since' || field === 'If-Unmodified-Since';
}
