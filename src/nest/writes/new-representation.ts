import { isDeepStrictEqual } from 'node:util';
import { versionText } from '../../representation/revision.js';
import { isEntity } from '../answers/entity-tags.js';
import type { EntityTags } from '../answers/entity-tags.js';
import type { Validators, WriteAnswers } from '../answers/tagged-answers.js';
import type { OnceLog } from '../checks/log.js';
import type { CurrentReader } from '../current/current-reader.js';
import type { CurrentRepresentation } from '../current/current-representation.js';
import type { Exchange } from '../exchange/exchange.js';
import type { ResolvedETagOptions } from '../options/etag.options.js';
import type { RouteReply } from '../platform/platform.js';
import type { Route } from '../routes/route.js';
import type { GuardedWrite } from './guarded-write.js';
import type { IssuedTags } from './issued-tags.js';
import { parametersOfCreated } from './parameters-of-created.js';

/** The statuses of answers that say what is there from now on: RFC 9110 §15.3. */
const REPRESENTING: readonly number[] = [200, 201, 204];

/** After so many answers that GET did not confirm, and none that it did, other writers are no explanation. */
const NO_COINCIDENCE = 3;

const NONE: Validators = Object.freeze({ etag: undefined, lastModified: undefined });

/** What {@link NewRepresentation} works with. */
export interface NewRepresentationParts {
  readonly reader: CurrentReader;
  readonly tags: EntityTags;
  readonly issued: IssuedTags;
  readonly options: Pick<ResolvedETagOptions, 'atomicity'>;
  readonly log: OnceLog;
}

/**
 * The validators of the answer of a write: those that GET sends from then on, or none (RFC 9110 §8.8, §15.3.2). With a
 * version, the answer tells; without, GET is read once more, when all interceptors have run and before the lock is let go.
 */
export class NewRepresentation implements WriteAnswers {
  /** How many answers of a handler GET has not confirmed, as long as it has confirmed none. */
  private readonly others = new Map<string, number>();

  constructor(private readonly parts: NewRepresentationParts) {}

  isAnswerOfWrite({ write, route, method }: Exchange, status: number): boolean {
    if (write !== undefined) return (write as GuardedWrite).succeeded && status < 300;
    return route.created !== undefined && method === 'POST' && status === 201;
  }

  finish({ write }: Exchange, status: number): Promise<void> | undefined {
    const guarded = write as GuardedWrite | undefined;
    return guarded?.isShared === true && status < 400 ? guarded.finish() : undefined;
  }

  validatorsOf(exchange: Exchange, reply: RouteReply): Validators | Promise<Validators> {
    const write = exchange.write as GuardedWrite | undefined;
    const known = this.withoutReading(exchange, reply, write);
    if (known !== undefined && write?.isShared !== true) return this.issue(exchange, known);
    return this.afterReading(exchange, reply, write, known);
  }

  private async afterReading(
    exchange: Exchange,
    reply: RouteReply,
    write: GuardedWrite | undefined,
    known: Validators | undefined,
  ): Promise<Validators> {
    const validators = known ?? (await this.read(exchange, reply, write));
    await write?.finish();
    return this.issue(exchange, validators);
  }

  /** Only where no other process writes: there, that the tag is refused later would say nothing. */
  private issue(exchange: Exchange, validators: Validators): Validators {
    const { key } = (exchange.write as GuardedWrite | undefined) ?? {};
    if (key !== undefined && this.parts.options.atomicity === 'process') {
      this.parts.issued.remember(key, validators.etag?.opaque);
    }
    return validators;
  }

  /** What can be told without a read; `undefined` where one is needed. */
  private withoutReading(
    exchange: Exchange,
    reply: RouteReply,
    write: GuardedWrite | undefined,
  ): Validators | undefined {
    const { route, method } = exchange;
    const { rule } = route;
    if (write?.precondition.isUnheard === true || write?.precondition.isRefused === true) {
      // The handler has not heard that somebody else was faster: a tag would say that its change is there.
      return NONE;
    }
    if (rule?.answersWithResource === true && this.standsStill(route, reply.value, write)) {
      return NONE;
    }
    const isRepresentation = REPRESENTING.includes(reply.status) && method !== 'DELETE';
    if (rule?.answerTag === false || !isRepresentation) return NONE;
    if (rule?.answerTag === 'answer') return this.ofAnswer(route, reply);
    const source = route.tagSource;
    if (rule?.answersWithResource === false) return undefined;
    if (source?.kind === 'revision' && isEntity(reply.value)) {
      const etag = this.parts.tags.ofValue(route, reply.value);
      if (etag !== undefined) return { etag, lastModified: this.dateIn(route, reply) };
    }
    return undefined;
  }

  /** `etag: 'answer'`: the handler answers with what GET sends, to the byte. */
  private ofAnswer(route: Route, reply: RouteReply): Validators {
    const { tags } = this.parts;
    const { value } = reply;
    if (value === null || value === undefined || route.tagSource === undefined) return NONE;
    const etag =
      tags.ofValue(route, value) ??
      tags.orReport(route, () => {
        const content = reply.serialize(value);
        return content === undefined
          ? undefined
          : tags.ofContent(route, content, (name) => reply.head.field(name));
      });
    return { etag, lastModified: this.dateIn(route, reply) };
  }

  private dateIn(route: Route, { value, head }: RouteReply): Date | undefined {
    return this.parts.tags.modificationOf(route, value, head.field('Last-Modified'));
  }

  private async read(
    exchange: Exchange,
    reply: RouteReply,
    write: GuardedWrite | undefined,
  ): Promise<Validators> {
    const { created } = exchange.route;
    if (created !== undefined && reply.status === 201) {
      return this.ofCreated(exchange, created, reply);
    }
    if (write === undefined) return NONE;
    const now = await this.parts.reader.readIfPossible(write.request);
    if (now?.exists !== true || now.etag === undefined) return NONE;
    if (this.standsStill(exchange.route, now.value, write)) return NONE;
    const before = write.precondition.found;
    const isOld = before?.etag?.opaque === now.etag.opaque;
    if (isOld && !isAnswered(now, reply, before)) {
      // A memo or an identity map has shown the past, or nothing was changed: a tag of which nothing is known.
      return NONE;
    }
    if (this.parts.options.atomicity === 'database')
      return this.ifAnswered(exchange.route, now, reply);
    return { etag: now.etag, lastModified: now.lastModified };
  }

  /** Without a lock, another writer may have been faster since: only what the answer itself shows was seen by the client. */
  private ifAnswered(route: Route, now: CurrentRepresentation, reply: RouteReply): Validators {
    const { etag } = this.ofAnswer({ ...route, validator: undefined }, reply);
    if (etag !== undefined && etag.opaque === now.etag?.opaque) {
      this.others.set(route.handlerName, -Infinity);
      return { etag, lastModified: now.lastModified };
    }
    this.reportIfNeverAnswered(route);
    return NONE;
  }

  /** One answer that GET does not confirm may only say that another writer was faster. */
  private reportIfNeverAnswered(route: Route): void {
    const others = (this.others.get(route.handlerName) ?? 0) + 1;
    this.others.set(route.handlerName, others);
    if (others >= NO_COINCIDENCE) this.reportOther(route);
  }

  /** Nothing is locked for what was created: the tag of the read, if it is of what was answered. */
  private async ofCreated(
    { context, route }: Exchange,
    created: Route,
    reply: RouteReply,
  ): Promise<Validators> {
    const params = parametersOfCreated(created, reply);
    if (params === undefined) return NONE;
    const now = await this.parts.reader.readOther({ context, route }, created, params);
    if (now?.exists !== true || now.etag === undefined) return NONE;
    if (isDeepStrictEqual(jsonOf(reply, now.value), jsonOf(reply, reply.value))) {
      return { etag: now.etag, lastModified: now.lastModified };
    }
    this.reportOther(route);
    return NONE;
  }

  /**
   * A version that a write does not raise lets an old tag pass again: the entity carries the version that was verified, and
   * a property that both have differs from what was read; or it carries an older one.
   *
   * @param entity what the handler answers, or what GET sends now.
   */
  private standsStill(route: Route, entity: unknown, write: GuardedWrite | undefined): boolean {
    const versionOf = route.rule?.versionOf;
    const found = write?.precondition.found;
    if (versionOf === undefined || found?.version === undefined || !isEntity(entity)) return false;
    const version = this.parts.tags.versionIn(route, () => versionOf(entity));
    if (version === undefined) return false;
    const before = write?.precondition.foundProperties;
    const isSame = versionText(version) === versionText(found.version);
    if (
      isSame ? before === undefined || !differ(before, entity) : !isLess(version, found.version)
    ) {
      return false;
    }
    this.parts.log.error(
      `${route.handlerName} has changed its resource, and its version was ${versionText(found.version)} before and is ${versionText(version)} now: every write must raise the version, or an old tag passes again and a client gets 304 for what has changed. The answer carries no tag (TypeORM's save() and raw SQL raise no version by themselves)`,
      `the version of ${route.handlerName}`,
    );
    return true;
  }

  private reportOther({ handlerName }: Route): void {
    this.parts.log.warn(
      `${handlerName} answers with something else than GET sends, so its answer carries no entity tag, and its client reads again before it saves again: return what GET returns, or say that it is meant, with @IfMatch({ etag: false })`,
      `answer of ${handlerName}`,
    );
  }
}

/** Whether the answer is what was read: then a tag that has not changed is true. */
function isAnswered(
  now: CurrentRepresentation,
  reply: RouteReply,
  before: CurrentRepresentation | undefined,
): boolean {
  if (reply.value === undefined || reply.value === null) return false;
  return isDeepStrictEqual(jsonOf(reply, now.value ?? before?.value), jsonOf(reply, reply.value));
}

/** A value as JSON has it, where the order of properties tells nothing. */
function jsonOf(reply: RouteReply, value: unknown): unknown {
  try {
    const content = reply.serialize(value);
    return content === undefined ? undefined : (JSON.parse(content.toString()) as unknown);
  } catch {
    return Symbol('no JSON');
  }
}

/** Whether a count went back. */
function isLess(version: unknown, before: unknown): boolean {
  const isCount = (value: unknown): boolean => /^\d{1,30}$/.test(String(value));
  return isCount(version) && isCount(before) && BigInt(String(version)) < BigInt(String(before));
}

/** Whether a property that both have is another. */
function differ(before: Data, answer: object): boolean {
  return Object.keys(before).some(
    (name) => Object.hasOwn(answer, name) && !isSameJson(before, answer as Data, name),
  );
}

type Data = Readonly<Record<string, unknown>>;

/** What JSON cannot write tells nothing. */
function isSameJson(before: Data, answer: Data, name: string): boolean {
  try {
    return (
      before[name] === answer[name] || JSON.stringify(before[name]) === JSON.stringify(answer[name])
    );
  } catch {
    return true;
  }
}
