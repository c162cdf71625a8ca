import type { StreamableFile } from '@nestjs/common';
import type { FieldValue } from '../../representation/tag-source.js';
import type { EntityTag } from '../../http/entity-tag.js';
import { formatEntityTag } from '../../http/entity-tag.js';
import { parseEntityTagList } from '../../http/entity-tag-list.js';
import { weakEquals } from '../../http/comparison.js';
import { formatHttpDate } from '../../http/http-date.js';
import { isRead } from '../../http/methods.js';
import { CONTENT_FIELDS } from '../../http/not-modified-fields.js';
import { evaluatePreconditions } from '../../http/preconditions.js';
import type { ConditionalFields } from '../../http/preconditions.js';
import { findRecoded } from '../../http/recoding.js';
import { isAnybodyListening, publish } from '../refusals/events.js';
import { sentIn } from '../exchange/conditional-fields.js';
import type { Intermediaries } from '../exchange/intermediaries.js';
import { withItemTags } from './tagged-items.js';
import { preconditionFailure } from '../refusals/refusals.js';
import type { PreconditionFailure, RefusalStyle } from '../refusals/refusals.js';
import type { ResolvedETagOptions } from '../options/etag.options.js';
import type { Exchange, Verdict } from '../exchange/exchange.js';
import type { Serialize, Tagger } from './tagger.js';
import type { UnexposedTags } from './unexposed-tags.js';
import type { WrittenAnswers } from './written-answers.js';

/** The head of an answer that is about to be sent, whatever the platform. */
export interface AnswerHead {
  status(): number;
  field(name: string): FieldValue;
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
    private readonly intermediaries: Intermediaries,
    private readonly style: RefusalStyle,
    private readonly unexposedTags: UnexposedTags,
    private readonly writtenAnswers: WrittenAnswers,
    private readonly options: Pick<ResolvedETagOptions, 'cacheControl' | 'tagHeader'>,
  ) {}

  /**
   * The value as it is sent: a list whose items get their own tags has them in it, and a problem of ours its
   * content type (set before, it would be that of a filter's own body as well).
   *
   * @param serialize what GET of one item would send, given its handler.
   */
  dressed(exchange: Exchange, head: AnswerHead, value: unknown, serialize: Serialize): unknown {
    if (exchange.refused && this.style.isProblem(value)) {
      head.setField('Content-Type', `${this.style.contentType}; charset=utf-8`);
    }
    const { itemTags } = exchange.route;
    if (itemTags === undefined || !isRead(exchange.method) || head.status() !== 200) return value;
    return withItemTags(value, itemTags, (item) =>
      this.tagger.ofItem(itemTags.route, item, serialize),
    );
  }

  /**
   * The verdict on a value whose weak or version tag the client has already, which spares the
   * serialization; `undefined` when there is something to serialize.
   */
  ofValue(exchange: Exchange, head: AnswerHead, value: unknown): Verdict | undefined {
    const { route } = exchange;
    if (tellsNothingEarly(exchange)) return undefined;
    if (!this.isTagged(exchange, head, value)) return undefined;
    exchange.lastModified ??= this.tagger.modificationOf(route, value, head.field('Last-Modified'));
    exchange.tag ??=
      this.tagger.ofField(route, head.field('ETag')) ?? this.tagger.ofValue(route, value);
    const mustSend = exchange.tag === undefined || this.verdictOf(exchange) === 'send';
    return mustSend ? undefined : this.conclude(exchange, head);
  }

  /** The verdict on the text or bytes that are about to be sent. */
  ofContent(exchange: Exchange, head: AnswerHead, content: string | Uint8Array): Verdict {
    if (exchange.verdict !== undefined) return exchange.verdict;
    if (!this.isTagged(exchange, head, undefined)) return this.leaveUntagged(exchange, head);
    const { route } = exchange;
    exchange.lastModified ??= this.tagger.modificationOf(
      route,
      undefined,
      head.field('Last-Modified'),
    );
    exchange.tag ??=
      this.tagger.ofField(route, head.field('ETag')) ??
      this.tagger.ofContent(route, content, (name) => head.field(name));
    return this.conclude(exchange, head);
  }

  /** The verdict on a file, which is tagged without being read. */
  async ofFile(
    exchange: Exchange,
    head: AnswerHead,
    file: StreamableFile,
    statusCode = head.status(),
  ): Promise<Verdict> {
    if (!isOfTaggedStatus(exchange, statusCode)) return this.leaveUntagged(exchange, head);
    const { route } = exchange;
    exchange.lastModified ??= this.tagger.modificationOf(
      route,
      undefined,
      head.field('Last-Modified'),
    );
    exchange.tag ??=
      this.tagger.ofField(route, head.field('ETag')) ?? (await this.tagger.ofFile(route, file));
    // Of a stream that is no file nothing is known, and its client can have sent nothing of ours.
    const isKnown = exchange.tag !== undefined || exchange.lastModified !== undefined;
    return isKnown ? this.conclude(exchange, head) : this.leaveUntagged(exchange, head);
  }

  /** The verdict on an answer without content, or with some that streams. */
  withoutContent(exchange: Exchange, head: AnswerHead): Verdict {
    return exchange.verdict ?? this.leaveUntagged(exchange, head);
  }

  /** What the preconditions of a read ask for, by what is known of its tag. */
  verdictOf(exchange: Exchange): Verdict {
    const { tag, method } = exchange;
    if (tag !== undefined && isRead(method)) {
      exchange.fields = this.intermediaries.restored(exchange, tag);
    }
    return verdictOf(exchange);
  }

  /**
   * Sets the validators and evaluates the preconditions of a read (RFC 9110 §13.2.2). Those of a write
   * were evaluated by the guard, before the handler ran.
   */
  conclude(exchange: Exchange, head: AnswerHead): Verdict {
    const { tag, lastModified, sent, headers, route } = exchange;
    const { cacheControl, tagHeader } = this.options;
    const verdict = this.verdictOf(exchange);
    exchange.verdict = verdict;
    // Before anything is set: what V8 takes out of the middle of an object makes it a slow one.
    if (verdict !== 'send') dropContentFields(head);
    setETag(
      head,
      verdict === 'not-modified' && tag !== undefined ? clientsForm(tag, sent.ifNoneMatch) : tag,
    );
    if (tag !== undefined && tagHeader !== undefined)
      head.setField(tagHeader, formatEntityTag(tag));
    if (lastModified !== undefined)
      head.setField('Last-Modified', formatHttpDate(notAfterNow(lastModified)));
    const validated = tag !== undefined || lastModified !== undefined;
    if (validated && cacheControl !== false && head.field('Cache-Control') === undefined) {
      head.setField('Cache-Control', cacheControl);
    }
    if (tag !== undefined && headers.origin !== undefined) {
      this.unexposedTags.inspect(headers, headers.origin, route.handlerName, (name) =>
        head.field(name),
      );
    }
    if (verdict !== 'send') announce(exchange, verdict);
    return verdict;
  }

  /** The body and the content type of a refused read. */
  refusal(failure: PreconditionFailure): { body: Record<string, unknown>; contentType: string } {
    return {
      body: this.style.body(preconditionFailure(failure)),
      contentType: this.style.contentType,
    };
  }

  /**
   * Whether an answer is a representation that its route tags. Of a write, what is known of the value decides, and counts
   * when its text comes.
   */
  private isTagged(exchange: Exchange, head: AnswerHead, value: unknown): boolean {
    if (!isOfTaggedStatus(exchange, head.status())) return false;
    if (exchange.write === undefined || head.field('ETag') !== undefined) return true;
    exchange.isRepresentation ??= this.writtenAnswers.mayBeTagged(exchange, value);
    return exchange.isRepresentation;
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

/** A date that is still to come, by a clock that is ahead, is sent as this moment: RFC 9110 §8.8.2.1. */
function notAfterNow(date: Date): Date {
  return new Date(Math.min(date.getTime(), Date.now()));
}

/** What describes the content of a 200 is not true of a 304, which has none: RFC 9110 §15.4.5. */
function dropContentFields(head: AnswerHead): void {
  for (const name of CONTENT_FIELDS) {
    if (head.field(name) !== undefined) head.dropField(name);
  }
}

/** What is no tag does not go out as one. */
function setETag(head: AnswerHead, tag: EntityTag | undefined): void {
  if (tag === undefined) head.dropField('ETag');
  else head.setField('ETag', formatEntityTag(tag));
}

/** Whether an answer of this status is a representation that its route tags (design: not errors, not 204). */
function isOfTaggedStatus({ route, method }: Exchange, status: number): boolean {
  if (route.tag === undefined && route.lastModifiedOf === undefined) return false;
  if (isRead(method)) return status === 200;
  if (route.rule === undefined) return method === 'POST' && status === 201;
  // After a DELETE there is nothing that a tag could be of, whatever the answer says.
  const isRepresentation = route.rule.tagsAnswer && method !== 'DELETE';
  return isRepresentation && (status === 200 || status === 201);
}

/** Whether nothing about the value counts before it is serialized, and nothing that was sent could spare that. */
function tellsNothingEarly({ route, sent, write }: Exchange): boolean {
  const isOfContent = route.tag?.kind === 'content' && route.lastModifiedOf === undefined;
  return isOfContent && write === undefined && isPlain(sent);
}

function isPlain({ ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince }: ConditionalFields) {
  return (ifMatch ?? ifNoneMatch ?? ifModifiedSince ?? ifUnmodifiedSince) === undefined;
}

function verdictOf({ method, fields, tag, lastModified }: Exchange): Verdict {
  if (!isRead(method)) return 'send';
  const answer = evaluatePreconditions(method, fields, { exists: true, etag: tag, lastModified });
  if (answer.outcome === 'proceed') return 'send';
  return answer.outcome === 'not-modified' ? 'not-modified' : answer;
}

/**
 * The tag in the form in which the client sent it. A cache that a proxy gave `W/"x"` would not find
 * what it has stored under the `"x"` of our 304 (RFC 9110 §15.4.5, RFC 9111 §4.3.4). A weak tag stays weak.
 */
function clientsForm(tag: EntityTag, field: ConditionalFields['ifNoneMatch']): EntityTag {
  if (tag.weak || field === formatEntityTag(tag)) return tag;
  const list = parseEntityTagList(field);
  if (list.kind !== 'tags') return tag;
  return list.tags.find((each) => weakEquals(each, tag)) ?? findRecoded(list, tag)?.tag ?? tag;
}

function announce({ route, method, sent, tag }: Exchange, verdict: Exclude<Verdict, 'send'>): void {
  if (!isAnybodyListening()) return;
  const failed = verdict === 'not-modified' ? undefined : verdict;
  const field =
    failed?.field ?? (sent.ifNoneMatch === undefined ? 'If-Modified-Since' : 'If-None-Match');
  publish({
    kind: failed === undefined ? 'not-modified' : 'precondition-failed',
    handler: route.handlerName,
    method,
    field,
    sent: sentIn(sent, field),
    current: tag === undefined ? undefined : formatEntityTag(tag),
    reason: failed?.reason,
  });
}
