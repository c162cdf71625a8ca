import type { HttpException } from '@nestjs/common';
import type { EntityTag } from '../../http/entity-tag.js';
import { formatEntityTag } from '../../http/entity-tag.js';
import type { ConditionalFields } from '../../http/preconditions.js';
import { decidingField, sentIn } from '../exchange/conditional-fields.js';
import type { ResolvedETagOptions } from '../options/etag.options.js';
import type { Platform } from '../platform/platform.js';
import { publish } from '../refusals/events.js';
import type { Refusal, RefusalStyle } from '../refusals/refusals.js';
import type { WriteRequest } from './write-request.js';

/** Refuses writes: the exception with its status and body, the header fields beside it, and the event. */
export class WriteRefusals {
  constructor(
    private readonly platform: Platform,
    private readonly style: RefusalStyle,
    private readonly options: Pick<ResolvedETagOptions, 'tagHeader'>,
  ) {}

  /**
   * The exception to throw. The head gets the tag as it is now, and no place in any cache.
   *
   * @param etag the tag as it is now, if the client does not have it.
   * @param cause the error of the handler that the refusal stands for.
   */
  exception(
    { context, exchange, route }: WriteRequest,
    refusal: Refusal,
    etag?: EntityTag,
    cause?: unknown,
  ): HttpException {
    const { tagHeader } = this.options;
    const head = this.platform.headOf(context.switchToHttp().getResponse());
    exchange.refused = true;
    head.setField('Cache-Control', 'no-store');
    if (etag !== undefined) {
      head.setField('ETag', formatEntityTag(etag));
      if (tagHeader !== undefined) head.setField(tagHeader, formatEntityTag(etag));
    }
    announce(refusal, etag, exchange.method, route.handlerName, exchange.fields);
    return this.style.exception(refusal, cause);
  }
}

function announce(
  { status, reason }: Refusal,
  etag: EntityTag | undefined,
  method: string,
  handlerName: string,
  fields: ConditionalFields,
): void {
  if (status !== 412 && status !== 428) return;
  const field = status === 428 ? undefined : decidingField(fields);
  publish({
    kind: status === 412 ? 'precondition-failed' : 'precondition-required',
    handler: handlerName,
    method,
    field,
    sent: field === undefined ? undefined : sentIn(fields, field),
    current: etag === undefined ? undefined : formatEntityTag(etag),
    reason,
  });
}
