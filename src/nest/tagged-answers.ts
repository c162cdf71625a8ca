import type { IncomingHttpHeaders } from 'node:http';
import type { EntityTag } from '../http/entity-tag.js';
import { formatEntityTag } from '../http/entity-tag.js';
import { parseEntityTagList } from '../http/entity-tag-list.js';
import { weakEquals } from '../http/comparison.js';
import { formatHttpDate } from '../http/http-date.js';
import { isRead } from '../http/methods.js';
import { evaluatePreconditions } from '../http/preconditions.js';
import { conditionalFieldsOf } from './conditional-fields.js';
import type { ResolvedETagOptions } from './etag.options.js';
import type { Exchange, Verdict } from './exchange.js';
import type { Tagger } from './tagger.js';

/** The head of an answer that is about to be sent, whatever the platform. */
export interface AnswerHead {
  status(): number;
  field(name: string): unknown;
  setField(name: string, value: string): void;
  dropField(name: string): void;
}

/**
 * Tags the answers of marked routes where the platform serializes them, and says what becomes of
 * them: sent as they are, `304`, or (If-Match on a GET) `412`.
 *
 * The platform calls {@link ofValue} while the value is still there, and {@link ofContent} with the
 * text or bytes. The value's step writes to the head only when it answers instead: what comes of a value that
 * cannot be serialized is an error, which carries no tag.
 */
export class TaggedAnswers {
  constructor(
    private readonly tagger: Tagger,
    private readonly options: Pick<ResolvedETagOptions, 'cacheControl'>,
  ) {}

  /**
   * The verdict on a value whose weak or version tag the client has already, which spares the
   * serialization; `undefined` when there is something to serialize.
   */
  ofValue(exchange: Exchange, head: AnswerHead, value: unknown): Verdict | undefined {
    if (!carriesTag(exchange, head.status())) return undefined;
    const { route } = exchange;
    exchange.lastModified ??= this.tagger.modificationOf(route, value, head.field('Last-Modified'));
    exchange.tag ??=
      this.tagger.ofField(route, head.field('ETag')) ?? this.tagger.ofValue(route, value);
    const mustSend = exchange.tag === undefined || verdictOf(exchange) === 'send';
    return mustSend ? undefined : this.conclude(exchange, head);
  }

  /** The verdict on the text or bytes that are about to be sent. */
  ofContent(exchange: Exchange, head: AnswerHead, content: string | Uint8Array): Verdict {
    if (exchange.verdict !== undefined) return exchange.verdict;
    if (!carriesTag(exchange, head.status())) return this.leaveUntagged(exchange, head);
    const { route } = exchange;
    exchange.lastModified ??= this.tagger.modificationOf(
      route,
      undefined,
      head.field('Last-Modified'),
    );
    exchange.tag ??=
      this.tagger.ofField(route, head.field('ETag')) ?? this.tagger.ofContent(route, content);
    return this.conclude(exchange, head);
  }

  /** The verdict on an answer without content. */
  withoutContent(exchange: Exchange, head: AnswerHead): Verdict {
    return exchange.verdict ?? this.leaveUntagged(exchange, head);
  }

  /** The verdict on a read whose tag a validator told before the handler ran. */
  earlyVerdict(exchange: Exchange): Verdict {
    return verdictOf(exchange);
  }

  /**
   * Sets the validators and evaluates the preconditions of a read (RFC 9110 §13.2.2). Those of a write
   * were evaluated by the guard, before the handler ran.
   */
  conclude(exchange: Exchange, head: AnswerHead): Verdict {
    const { tag, lastModified, headers } = exchange;
    setETag(head, tag);
    if (lastModified !== undefined) head.setField('Last-Modified', formatHttpDate(lastModified));
    const validated = tag !== undefined || lastModified !== undefined;
    const { cacheControl } = this.options;
    if (validated && cacheControl !== false && head.field('Cache-Control') === undefined) {
      head.setField('Cache-Control', cacheControl);
    }
    exchange.verdict = verdictOf(exchange);
    if (exchange.verdict === 'not-modified' && tag !== undefined) {
      head.setField('ETag', clientsForm(tag, headers));
    }
    return exchange.verdict;
  }

  /** No tag is made; one that the handler set itself stays on a success, as a tag must be written. */
  private leaveUntagged(exchange: Exchange, head: AnswerHead): Verdict {
    exchange.verdict = 'send';
    if (head.status() < 400) {
      const own = head.field('ETag');
      if (own !== undefined) setETag(head, this.tagger.ofField(exchange.route, own));
    } else if (!exchange.refused) {
      head.dropField('ETag');
      head.dropField('Last-Modified');
    }
    return exchange.verdict;
  }
}

/** What is no tag does not go out as one. */
function setETag(head: AnswerHead, tag: EntityTag | undefined): void {
  if (tag === undefined) head.dropField('ETag');
  else head.setField('ETag', formatEntityTag(tag));
}

/** Whether an answer of this status is a representation that its route tags (design: not errors, not 204). */
function carriesTag({ route, method }: Exchange, status: number): boolean {
  if (route.tag === undefined && route.lastModifiedOf === undefined) return false;
  if (isRead(method)) return status === 200;
  if (method === 'POST') return status === 201;
  return route.rule?.tagsAnswer === true && (status === 200 || status === 201);
}

function verdictOf({ method, headers, tag, lastModified }: Exchange): Verdict {
  if (!isRead(method)) return 'send';
  const answer = evaluatePreconditions(method, conditionalFieldsOf(headers), {
    exists: true,
    etag: tag,
    lastModified,
  });
  if (answer.outcome === 'proceed') return 'send';
  return answer.outcome === 'not-modified' ? 'not-modified' : answer;
}

/**
 * The tag in the form in which the client sent it. A cache that a proxy gave `W/"x"` would not find
 * what it has stored under the `"x"` of our 304 (RFC 9110 §15.4.5, RFC 9111 §4.3.4).
 */
function clientsForm(tag: EntityTag, headers: IncomingHttpHeaders): string {
  const ours = formatEntityTag(tag);
  const field = headers['if-none-match'];
  if (field === undefined || field === ours) return ours;
  const list = parseEntityTagList(field);
  const theirs = list.kind === 'tags' ? list.tags.find((each) => weakEquals(each, tag)) : undefined;
  return theirs === undefined ? ours : formatEntityTag(theirs);
}
