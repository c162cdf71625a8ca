import { formatEntityTag } from '../../http/entity-tag.js';
import type { EntityTag } from '../../http/entity-tag.js';
import { parseEntityTagList } from '../../http/entity-tag-list.js';
import type { ConditionalFields } from '../../http/preconditions.js';
import { findRecoded } from '../../http/recoding.js';
import type { RecodedTag } from '../../http/recoding.js';
import type { ResolvedETagOptions } from '../options/etag.options.js';
import { publish } from '../refusals/events.js';
import type { Exchange } from './exchange.js';
import { shortened } from '../checks/log.js';
import type { OnceLog } from '../checks/log.js';
import type { PreconditionFailure } from '../refusals/refusals.js';

/**
 * Recognises a strong tag of ours that a compressing proxy rewrote on its way to the client, as far as the
 * option `intermediaries` allows.
 */
export class Intermediaries {
  constructor(
    private readonly allowed: ResolvedETagOptions['intermediaries'],
    private readonly log: OnceLog,
  ) {}

  /** The conditional fields of a request, with our own tag in place of one that stands for it. */
  restored(exchange: Exchange, ours: EntityTag): ConditionalFields {
    const { fields } = exchange;
    const { ifMatch, ifNoneMatch } = fields;
    if (this.allowed === 'strict' || ours.weak) return fields;
    if (ifMatch === undefined && ifNoneMatch === undefined) return fields;
    return {
      ...fields,
      ifMatch: this.restoredField('If-Match', ifMatch, ours, exchange),
      ifNoneMatch: this.restoredField('If-None-Match', ifNoneMatch, ours, exchange),
    };
  }

  /**
   * The failure of a write as it is reported: a tag that would have passed had the option allowed it gets a
   * reason of its own, and the first of a route a line in the log of the server.
   */
  explained(
    failure: PreconditionFailure,
    exchange: Exchange,
    ours: EntityTag,
  ): PreconditionFailure {
    if (failure.field !== 'If-Match') return failure;
    const recoded = findRecoded(parseEntityTagList(exchange.fields.ifMatch), ours);
    if (recoded === undefined) return failure;
    this.log.warn(
      `${exchange.route.handlerName} answered 412 to If-Match: ${shortened(formatEntityTag(recoded.tag))}, which stands for the current ${formatEntityTag(ours)}: a proxy between rewrites entity tags when it compresses. Accept them with ETagModule.forRoot({ intermediaries: '${recoded.recoding}' })`,
      `intermediaries of ${exchange.route.handlerName}`,
    );
    return {
      field: failure.field,
      reason: recoded.recoding === 'weakened' ? 'weak-tag' : 'recoded-tag',
    };
  }

  private restoredField(
    field: 'If-Match' | 'If-None-Match',
    sent: ConditionalFields['ifMatch'],
    ours: EntityTag,
    { route, method }: Exchange,
  ): ConditionalFields['ifMatch'] {
    if (sent === undefined) return sent;
    const current = formatEntityTag(ours);
    if (sent === current) return sent;
    const recoded = findRecoded(parseEntityTagList(sent), ours);
    if (recoded === undefined || !this.allows(recoded)) return sent;
    publish({
      kind: 'recoded-tag',
      handler: route.handlerName,
      method,
      field,
      sent: formatEntityTag(recoded.tag),
      current,
      reason: undefined,
    });
    return current;
  }

  private allows({ recoding }: RecodedTag): boolean {
    return this.allowed === 'recoded' || this.allowed === recoding;
  }
}
