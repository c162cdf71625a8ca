import { StreamableFile } from '@nestjs/common';
import { weakEquals } from '../../http/comparison.js';
import { formatEntityTag } from '../../http/entity-tag.js';
import type { EntityTag } from '../../http/entity-tag.js';
import { parseEntityTagList } from '../../http/entity-tag-list.js';
import { formatHttpDate } from '../../http/http-date.js';
import { isRead } from '../../http/methods.js';
import { CONTENT_FIELDS } from '../../http/not-modified-fields.js';
import { evaluatePreconditions } from '../../http/preconditions.js';
import type { ConditionalFields } from '../../http/preconditions.js';
import { findRecoded } from '../../http/recoding.js';
import type { OnceLog } from '../checks/log.js';
import { sentIn } from '../exchange/conditional-fields.js';
import type { Exchange, Verdict } from '../exchange/exchange.js';
import type { Intermediaries } from '../exchange/intermediaries.js';
import type { ResolvedETagOptions } from '../options/etag.options.js';
import type { AnswerHead, Answers, RouteReply, Sender } from '../platform/platform.js';
import { isAnybodyListening, publish } from '../refusals/events.js';
import { preconditionFailure } from '../refusals/refusals.js';
import type { RefusalStyle } from '../refusals/refusals.js';
import type { EntityTags } from './entity-tags.js';
import { withItemTags } from './item-tags.js';
import { withTag } from './tag-in-body.js';
import type { UnexposedTags } from './unexposed-tags.js';

/** The validators that the answer of a write carries. */
export interface Validators {
  readonly etag: EntityTag | undefined;
  readonly lastModified: Date | undefined;
}

/** Knows what GET sends after a write. */
export interface WriteAnswers {
  /** Whether this is the answer of a write that succeeded, so that {@link validatorsOf} is to be asked. */
  isAnswerOfWrite(exchange: Exchange, status: number): boolean;
  /**
   * The validators of the answer, and an end of the write as far as it has to come before the head.
   *
   * @returns a promise only where something has to be waited for.
   * @throws what makes the write a failure after all: a lock that was lost.
   */
  validatorsOf(exchange: Exchange, reply: RouteReply): Validators | Promise<Validators>;
  /**
   * Ends a write whose answer says nothing of the resource (a redirect, an answer that an interceptor gives for an error).
   *
   * @returns `undefined` where there is nothing to end; rejects with what makes the write a failure after all.
   */
  finish(exchange: Exchange, status: number): Promise<void> | undefined;
}

const NO_VALIDATORS: Validators = Object.freeze({ etag: undefined, lastModified: undefined });

/** What {@link TaggedAnswers} works with. */
export interface AnswerParts {
  readonly tags: EntityTags;
  readonly writes: WriteAnswers;
  readonly intermediaries: Intermediaries;
  readonly style: RefusalStyle;
  readonly unexposedTags: UnexposedTags;
  readonly log: OnceLog;
  readonly options: Pick<ResolvedETagOptions, 'cacheControl' | 'tagHeader'>;
}

/**
 * Tags the answers of routes where Nest hands them to the platform, and says what becomes of them: sent as they are, `304`,
 * or (If-Match on a GET) `412`.
 *
 * The value's step writes to the head only when it answers instead: what comes of a value that
 * cannot be serialized is an error, which carries no tag.
 */
export class TaggedAnswers implements Answers {
  constructor(private readonly parts: AnswerParts) {}

  answer(exchange: Exchange, reply: RouteReply): unknown {
    if (this.parts.writes.isAnswerOfWrite(exchange, reply.status)) {
      return this.answerWrite(exchange, reply);
    }
    const finished = this.parts.writes.finish(exchange, reply.status);
    if (finished === undefined) return this.answerRoute(exchange, reply);
    return finished.then(() => this.answerRoute(exchange, reply));
  }

  private answerRoute(exchange: Exchange, reply: RouteReply): unknown {
    if (isNoRepresentation(reply.value)) return this.sendUntagged(exchange, reply);
    if (!isTagged(exchange, reply)) {
      return this.sendUntagged(exchange, reply, this.withItemTags(exchange, reply, reply.value));
    }
    return reply.value instanceof StreamableFile
      ? this.answerWithFile(exchange, reply, reply.value)
      : this.answerRead(exchange, reply, reply.value);
  }

  judgeContent(exchange: Exchange, head: AnswerHead, content: string | Uint8Array): Verdict {
    const { tags } = this.parts;
    const { route } = exchange;
    exchange.lastModified ??= tags.modificationOf(route, undefined, head.field('Last-Modified'));
    exchange.etag ??=
      tags.ofField(route, head.field('ETag')) ??
      exchange.validated ??
      tags.ofContent(route, content, (name) => head.field(name));
    exchange.hashed = content;
    return this.conclude(exchange, head);
  }

  sendVerdict(exchange: Exchange, sender: Sender): unknown {
    const { verdict } = exchange;
    if (typeof verdict !== 'object') return sender.sendHead(304);
    exchange.verdict = 'send';
    exchange.refused = true;
    const refusal = preconditionFailure(verdict);
    const { style } = this.parts;
    return sender.sendRefusal(refusal.status, style.body(refusal), style.contentType);
  }

  sendUntagged(exchange: Exchange, reply: RouteReply, value = reply.value): unknown {
    this.setProblemType(exchange, reply);
    this.leaveUntagged(exchange, reply.head, reply.status);
    return reply.send(value);
  }

  private leaveUntagged(exchange: Exchange, head: AnswerHead, status: number): void {
    exchange.verdict = 'send';
    exchange.isAnswering = false;
    if (exchange.refused) {
      this.withdrawRefusal(exchange, head, status);
    } else if (status < 400) {
      const own = head.field('ETag');
      if (own !== undefined) setETag(head, this.parts.tags.ofField(exchange.route, own));
    } else {
      this.dropValidators(head);
    }
  }

  withdrawRefusal({ refused }: Exchange, head: AnswerHead, status: number): void {
    if (refused && status < 400) this.dropValidators(head);
  }

  reportChanged({ route }: Exchange): void {
    this.parts.log.warn(
      `The answer of ${route.handlerName} is changed after its entity tag was made, by a hook or by a method of the response that something replaced. The tag covers what the handler and its interceptors answer; what is added later is not covered, and a 304 keeps it as the client has it. Make such a change in an interceptor if clients must see it at once`,
      `change of ${route.handlerName}`,
    );
  }

  /** What the preconditions of a read ask for, by what is known of its tag. */
  evaluate(exchange: Exchange): Verdict {
    const { etag, method } = exchange;
    if (etag !== undefined && isRead(method)) {
      exchange.fields = this.parts.intermediaries.restored(exchange, etag);
    }
    return verdictOf(exchange);
  }

  /**
   * Sets the validators and evaluates the preconditions of a read (RFC 9110 §13.2.2). Those of a write
   * were evaluated by the guard, before the handler ran.
   */
  conclude(exchange: Exchange, head: AnswerHead): Verdict {
    const { etag, sent } = exchange;
    const verdict = this.evaluate(exchange);
    exchange.verdict = verdict;
    // First what goes, then what comes: V8 makes an object slow when a property is taken out of its middle.
    if (verdict !== 'send') dropContentFields(head);
    const shown =
      verdict === 'not-modified' && etag !== undefined ? clientsForm(etag, sent.ifNoneMatch) : etag;
    this.setValidators(exchange, head, shown);
    // A shared cache would give the refusal of one client to everybody.
    if (typeof verdict === 'object') head.setField('Cache-Control', 'no-store');
    if (verdict !== 'send') announce(exchange, verdict);
    return verdict;
  }

  private answerRead(exchange: Exchange, reply: RouteReply, given: unknown): unknown {
    const value = this.withItemTags(exchange, reply, given);
    const verdict = this.judgeValue(exchange, reply.head, value);
    if (verdict !== undefined) return this.sendVerdict(exchange, reply);
    exchange.isAnswering = true;
    return this.send(exchange, reply, value);
  }

  /** What cannot be serialized is an error, and whoever answers it, it carries no tag. */
  private send(exchange: Exchange, reply: RouteReply, value: unknown): unknown {
    try {
      return reply.send(withTagInBody(exchange, value));
    } catch (error) {
      exchange.verdict = 'send';
      exchange.isAnswering = false;
      this.dropValidators(reply.head);
      throw error;
    }
  }

  private dropValidators(head: AnswerHead): void {
    const { tagHeader } = this.parts.options;
    head.dropField('ETag');
    head.dropField('Last-Modified');
    if (tagHeader !== undefined) head.dropField(tagHeader);
  }

  /**
   * The verdict on a value whose weak or version tag the client has already, which spares the
   * serialization; `undefined` when there is something to serialize.
   */
  private judgeValue(exchange: Exchange, head: AnswerHead, value: unknown): Verdict | undefined {
    const { route } = exchange;
    if (tellsNothingEarly(exchange)) return undefined;
    const { tags } = this.parts;
    exchange.lastModified ??= tags.modificationOf(route, value, head.field('Last-Modified'));
    // A version in the body says which version the body is, whatever the validator said before.
    const ofBody = route.tagSource?.kind === 'revision' ? tags.ofValue(route, value) : undefined;
    exchange.etag ??=
      tags.ofField(route, head.field('ETag')) ??
      ofBody ??
      exchange.validated ??
      tags.ofValue(route, value);
    const mustSend = exchange.etag === undefined || this.evaluate(exchange) === 'send';
    return mustSend ? undefined : this.conclude(exchange, head);
  }

  /** A file is tagged without being read; a reader who has it already costs the reading of its metadata. */
  private async answerWithFile(
    exchange: Exchange,
    reply: RouteReply,
    file: StreamableFile,
  ): Promise<unknown> {
    const { tags } = this.parts;
    const { route } = exchange;
    const { head } = reply;
    const stream = file.getStream();
    // Not before it is sent does anybody listen, and what fails unheard ends the process (Nest 11.0 and 11.1).
    stream.on('error', ignore);
    exchange.lastModified ??= tags.modificationOf(route, undefined, head.field('Last-Modified'));
    exchange.etag ??=
      tags.ofField(route, head.field('ETag')) ??
      exchange.validated ??
      (await tags.ofFile(route, file));
    // Of a stream that is no file nothing is known, and its client can have sent nothing of ours.
    const isKnown = exchange.etag !== undefined || exchange.lastModified !== undefined;
    if (isKnown && !stream.errored && this.conclude(exchange, head) !== 'send') {
      stream.destroy();
      return this.sendVerdict(exchange, reply);
    }
    if (exchange.verdict === undefined) this.leaveUntagged(exchange, head, reply.status);
    return reply.send(file);
  }

  private answerWrite(exchange: Exchange, reply: RouteReply): unknown {
    const send = (validators: Validators): unknown => {
      this.tagAnswerOfWrite(exchange, reply, validators);
      return this.send(exchange, reply, reply.value);
    };
    const validators = this.parts.writes.validatorsOf(exchange, reply);
    return validators instanceof Promise ? validators.then(send) : send(validators);
  }

  private tagAnswerOfWrite(exchange: Exchange, { head }: RouteReply, validators: Validators): void {
    exchange.verdict = 'send';
    // A tag that the handler set itself wins over every other.
    const own = this.parts.tags.ofField(exchange.route, head.field('ETag'));
    const { etag, lastModified } =
      own === undefined ? validators : { ...NO_VALIDATORS, ...validators, etag: own };
    exchange.etag = etag;
    exchange.lastModified = lastModified;
    this.setValidators(exchange, head, etag);
  }

  private setValidators(
    { etag, lastModified, headers, route }: Exchange,
    head: AnswerHead,
    shown: EntityTag | undefined,
  ): void {
    const { cacheControl, tagHeader } = this.parts.options;
    setETag(head, shown);
    if (etag !== undefined && tagHeader !== undefined) {
      head.setField(tagHeader, formatEntityTag(etag));
    }
    if (lastModified !== undefined) {
      head.setField('Last-Modified', formatHttpDate(notAfterNow(lastModified)));
    }
    const isValidated = etag !== undefined || lastModified !== undefined;
    if (isValidated && cacheControl !== false && head.field('Cache-Control') === undefined) {
      head.setField('Cache-Control', cacheControl);
    }
    if (etag !== undefined && headers.origin !== undefined) {
      this.parts.unexposedTags.inspect(headers, headers.origin, route.handlerName, (name) =>
        head.field(name),
      );
    }
  }

  private withItemTags({ route, method }: Exchange, reply: RouteReply, value: unknown): unknown {
    const { itemTags } = route;
    if (itemTags === undefined || reply.status !== 200 || !isRead(method)) return value;
    return withItemTags(value, itemTags, (item) =>
      this.parts.tags.ofItem(itemTags.route, item, (given, handler) =>
        reply.serializeAs(given, handler),
      ),
    );
  }

  /** A problem of ours has its content type; set before, it would be that of a filter's own body as well. */
  private setProblemType(exchange: Exchange, { value, head }: RouteReply): void {
    const { style } = this.parts;
    if (!exchange.refused || !style.isProblem(value)) return;
    exchange.contentType = `${style.contentType}; charset=utf-8`;
    head.setField('Content-Type', exchange.contentType);
  }
}

/** Nothing, and what streams: of those there is no text that could be hashed. */
function isNoRepresentation(value: unknown): boolean {
  if (value === null || value === undefined) return true;
  const { pipe, getReader } = value as { pipe?: unknown; getReader?: unknown };
  return typeof pipe === 'function' || typeof getReader === 'function';
}

/** `@ETag({ property })`: the tag, where it is known before the value is serialized, stands in the body as well. */
function withTagInBody({ route: { tagProperty }, etag }: Exchange, value: unknown): unknown {
  return tagProperty === undefined || etag === undefined
    ? value
    : withTag(value, tagProperty, etag);
}

function ignore(): void {
  // Whoever sends the file reports it.
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

/** A malformed ETag is dropped. */
function setETag(head: AnswerHead, etag: EntityTag | undefined): void {
  if (etag === undefined) head.dropField('ETag');
  else head.setField('ETag', formatEntityTag(etag));
}

/**
 * Whether an answer is a representation that its route tags: a 200 to a read. A 203 or a 206 that carries a tag already is
 * judged by it as well (RFC 9110 §13.2.1).
 */
function isTagged({ route, method }: Exchange, { status, head }: RouteReply): boolean {
  if (!isRead(method)) return false;
  if (status === 203 || status === 206) return head.field('ETag') !== undefined;
  return (
    status === 200 && (route.tagSource ?? route.validator ?? route.lastModifiedOf) !== undefined
  );
}

/** Whether nothing about the value counts before it is serialized, and nothing that was sent could spare that. */
function tellsNothingEarly({ route, sent }: Exchange): boolean {
  const isOfContent = route.tagSource?.kind === 'content' && route.lastModifiedOf === undefined;
  return isOfContent && route.validator === undefined && isPlain(sent);
}

function isPlain({ ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince }: ConditionalFields) {
  return (ifMatch ?? ifNoneMatch ?? ifModifiedSince ?? ifUnmodifiedSince) === undefined;
}

function verdictOf({ method, fields, etag, lastModified }: Exchange): Verdict {
  if (!isRead(method)) return 'send';
  const answer = evaluatePreconditions(method, fields, { exists: true, etag, lastModified });
  if (answer.outcome === 'proceed') return 'send';
  return answer.outcome === 'not-modified' ? 'not-modified' : answer;
}

/**
 * The tag in the form in which the client sent it. A cache that a proxy gave `W/"x"` would not find
 * what it has stored under the `"x"` of our 304 (RFC 9110 §15.4.5, RFC 9111 §4.3.4). A weak tag stays weak.
 */
function clientsForm(etag: EntityTag, field: ConditionalFields['ifNoneMatch']): EntityTag {
  if (etag.weak || field === formatEntityTag(etag)) return etag;
  const list = parseEntityTagList(field);
  if (list.kind !== 'tags') return etag;
  return list.tags.find((each) => weakEquals(each, etag)) ?? findRecoded(list, etag)?.tag ?? etag;
}

function announce(
  { route, method, sent, etag }: Exchange,
  verdict: Exclude<Verdict, 'send'>,
): void {
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
    current: etag === undefined ? undefined : formatEntityTag(etag),
    reason: failed?.reason,
  });
}
